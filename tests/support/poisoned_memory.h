#pragma once

#include <c10/core/Allocator.h>

#include <cstdint>
#include <memory>
#include <vector>

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

/// A buffer for kernels: `size` NaN values of T between two rows of canaries.
template <typename T>
class GuardedBuffer {
 public:
  explicit GuardedBuffer(int64_t size, int64_t misalignment = 0)
      : size_(size), first_(kCanaries + misalignment), bytes_(byte_count(), 0xFF) {
    for (size_t i = 0; i < bytes_.size(); ++i)
      if (is_canary(i)) bytes_[i] = kCanary;
  }

  T* data() { return reinterpret_cast<T*>(bytes_.data()) + first_; }
  int64_t size() const { return size_; }

  /// True while nobody wrote before the first or behind the last value.
  bool canaries_live() const {
    for (size_t i = 0; i < bytes_.size(); ++i)
      if (is_canary(i) && bytes_[i] != kCanary) return false;
    return true;
  }

 private:
  static constexpr int64_t kCanaries = 64;
  static constexpr unsigned char kCanary = 0xA5;

  size_t byte_count() const { return static_cast<size_t>(first_ + size_ + kCanaries) * sizeof(T); }
  bool is_canary(size_t byte) const {
    const auto value = static_cast<int64_t>(byte / sizeof(T));
    return value < first_ || value >= first_ + size_;
  }

  int64_t size_;
  int64_t first_;
  std::vector<unsigned char> bytes_;
};

}  // namespace gril::testing
