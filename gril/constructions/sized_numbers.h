#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace gril {

/// A matrix of an algorithm in long double, row-major, and its size: the same computed over
/// absolute values. Where a number comes from the data through k roundings with unit roundoff u, it
/// is off by at most γ_k · size, γ_k = k u / (1 - k u).
struct SizedNumbers {
  explicit SizedNumbers(int64_t count)
      : value(static_cast<std::size_t>(count)), size(value.size()) {}
  /// Data: the size is |value|.
  explicit SizedNumbers(std::span<const double> numbers);

  std::vector<long double> value;
  std::vector<long double> size;
};

/// left · right, (rows, inner) times (inner, columns).
SizedNumbers product(const SizedNumbers& left, const SizedNumbers& right, int64_t inner);

/// sum += factor · other.
void add_scaled(SizedNumbers& sum, long double factor, const SizedNumbers& other);

/// numbers *= factor, factor ≥ 0.
void scale(SizedNumbers& numbers, long double factor);

/// exp(z) / Σ exp(z) in place. A softmax moves by at most half as much as its arguments.
void apply_softmax(SizedNumbers& numbers);

}  // namespace gril
