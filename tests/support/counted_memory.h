#pragma once

#include <c10/core/Allocator.h>

#include <cstdint>
#include <memory>

namespace gril::testing {

/// While it lives, counts the bytes of every CPU tensor that torch allocates.
class CountedMemory {
 public:
  CountedMemory();
  ~CountedMemory();
  CountedMemory(const CountedMemory&) = delete;
  CountedMemory& operator=(const CountedMemory&) = delete;

  /// Bytes asked for so far; memory that was given back counts too.
  int64_t bytes() const;

 private:
  class CountingAllocator;
  c10::Allocator* usual_;
  std::unique_ptr<CountingAllocator> counting_;
};

}  // namespace gril::testing
