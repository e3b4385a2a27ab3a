#pragma once

#include <cstdint>
#include <vector>

namespace gril {

/// The numbers 0 … count - 1 in random order, a function of its arguments that is the same on every
/// machine: the Fisher-Yates shuffle with std::mt19937_64, place i exchanged with one of
/// i … count - 1. (The remainder of 64 bits is uneven by count / 2⁶⁴.) Cost: count draws.
std::vector<int64_t> random_order(int64_t count, uint64_t seed);

}  // namespace gril
