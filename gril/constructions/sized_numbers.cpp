#include "gril/constructions/sized_numbers.h"

#include <algorithm>
#include <cmath>

namespace gril {

SizedNumbers::SizedNumbers(std::span<const double> numbers)
    : value(numbers.begin(), numbers.end()) {
  for (const long double number : value) size.push_back(std::fabs(number));
}

SizedNumbers product(const SizedNumbers& left, const SizedNumbers& right, int64_t inner) {
  const auto depth = static_cast<std::size_t>(inner);
  const std::size_t rows = left.value.size() / depth;
  const std::size_t columns = right.value.size() / depth;
  SizedNumbers result(static_cast<int64_t>(rows * columns));
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t k = 0; k < depth; ++k) {
      const long double value = left.value[row * depth + k];
      const long double size = left.size[row * depth + k];
      for (std::size_t column = 0; column < columns; ++column) {
        result.value[row * columns + column] += value * right.value[k * columns + column];
        result.size[row * columns + column] += size * right.size[k * columns + column];
      }
    }
  }
  return result;
}

void add_scaled(SizedNumbers& sum, long double factor, const SizedNumbers& other) {
  for (std::size_t i = 0; i < sum.value.size(); ++i) {
    sum.value[i] += factor * other.value[i];
    sum.size[i] += std::fabs(factor) * other.size[i];
  }
}

void scale(SizedNumbers& numbers, long double factor) {
  for (long double& value : numbers.value) value *= factor;
  for (long double& size : numbers.size) size *= factor;
}

void apply_softmax(SizedNumbers& numbers) {
  constexpr long double kSteepest = 0.5L;
  const long double largest = *std::max_element(numbers.value.begin(), numbers.value.end());
  const long double largest_size = *std::max_element(numbers.size.begin(), numbers.size.end());
  long double sum = 0;
  for (long double& value : numbers.value) sum += value = std::exp(value - largest);
  for (std::size_t i = 0; i < numbers.value.size(); ++i) {
    numbers.value[i] /= sum;
    numbers.size[i] = numbers.value[i] + kSteepest * largest_size;
  }
}

}  // namespace gril
