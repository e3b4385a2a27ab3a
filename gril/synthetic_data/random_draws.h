#pragma once

#include <cstdint>
#include <random>

namespace gril {

/// Draws that are the same on every machine: the C++ standard fixes the bits of std::mt19937_64,
/// but not what its distributions make of them.
class RandomDraws {
 public:
  explicit RandomDraws(uint64_t seed) : bits_(seed) {}

  /// A number in [0, 1), a multiple of 2^-53, each equally likely.
  double unit() { return static_cast<double>(bits_() >> 11) * 0x1p-53; }
  /// A whole number in [first, last]. The remainder of 64 bits is uneven by (last - first) / 2^64.
  int64_t between(int64_t first, int64_t last) {
    return first + static_cast<int64_t>(bits_() % static_cast<uint64_t>(last - first + 1));
  }

 private:
  std::mt19937_64 bits_;
};

}  // namespace gril
