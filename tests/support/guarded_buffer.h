#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace gril::testing {

/// A buffer for kernels: `size` NaN values of T with canaries before and behind them. The first
/// value lies `misalignment` values behind a cache line.
template <typename T>
class GuardedBuffer {
 public:
  explicit GuardedBuffer(int64_t size, int64_t misalignment = 0)
      : bytes_(byte_count(size + misalignment) + 3 * kLine, kCanary) {
    const auto start = reinterpret_cast<uintptr_t>(bytes_.data()) + kLine;
    first_ = kLine + (kLine - start % kLine) % kLine + byte_count(misalignment);
    end_ = first_ + byte_count(size);
    std::fill(bytes_.begin() + offset(first_), bytes_.begin() + offset(end_), kPoison);
  }
  GuardedBuffer(const GuardedBuffer&) = delete;
  GuardedBuffer& operator=(const GuardedBuffer&) = delete;

  T* data() { return reinterpret_cast<T*>(bytes_.data() + first_); }

  /// True while nobody wrote before the first or behind the last value.
  bool canaries_live() const {
    const auto live = [](unsigned char byte) { return byte == kCanary; };
    return std::all_of(bytes_.begin(), bytes_.begin() + offset(first_), live) &&
           std::all_of(bytes_.begin() + offset(end_), bytes_.end(), live);
  }

 private:
  static constexpr size_t kLine = 64;
  static constexpr unsigned char kCanary = 0xA5;
  static constexpr unsigned char kPoison = 0xFF;

  static size_t byte_count(int64_t values) { return static_cast<size_t>(values) * sizeof(T); }
  static std::ptrdiff_t offset(size_t bytes) { return static_cast<std::ptrdiff_t>(bytes); }

  std::vector<unsigned char> bytes_;
  size_t first_ = 0;
  size_t end_ = 0;
};

}  // namespace gril::testing
