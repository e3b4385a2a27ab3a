#pragma once

#include <c10/core/Allocator.h>

#include <memory>

namespace gril::testing {

/// While it lives, every CPU tensor that torch allocates starts as NaN (all bits set), so an output
/// element that is never written, or memory that is read before it is written, shows.
class PoisonedMemory {
 public:
  PoisonedMemory();
  ~PoisonedMemory();
  PoisonedMemory(const PoisonedMemory&) = delete;
  PoisonedMemory& operator=(const PoisonedMemory&) = delete;

 private:
  c10::Allocator* usual_;
  std::unique_ptr<c10::Allocator> poisoning_;
};

}  // namespace gril::testing
