#include "gril/constructions/trial_numbers.h"

#include <algorithm>

#include "gril/base/seed.h"

namespace gril {
namespace {

constexpr int64_t kUniform = 1;
constexpr int64_t kLargeCoordinate = 2;
constexpr int64_t kTiny = 3;
constexpr int64_t kEqual = 4;

constexpr double kLargeFactor = 1e3;
constexpr double kTinyFactor = 1e-6;

}  // namespace

TrialNumbers::TrialNumbers(uint64_t seed, int64_t index, int64_t scales)
    : generator_(child_seed(seed, "certificate trial", static_cast<uint64_t>(index))),
      scale_(index % scales) {}

std::vector<double> TrialNumbers::normal(int64_t count) {
  std::normal_distribution<double> distribution;
  std::vector<double> numbers(static_cast<std::size_t>(count));
  for (double& number : numbers) number = distribution(generator_);
  return numbers;
}

std::vector<double> TrialNumbers::vectors(int64_t count, int64_t width) {
  std::vector<double> numbers = normal(count * width);
  const auto columns = static_cast<std::size_t>(width);
  if (scale_ == kUniform) {
    std::uniform_real_distribution<double> distribution(-0.5, 0.5);
    for (double& number : numbers) number = distribution(generator_);
  }
  if (scale_ == kTiny) {
    for (double& number : numbers) number *= kTinyFactor;
  }
  for (std::size_t row = 0; row < numbers.size(); row += columns) {
    if (scale_ == kLargeCoordinate) numbers[row] *= kLargeFactor;
    if (scale_ == kEqual && row > 0) {
      std::copy_n(numbers.begin(), columns, numbers.begin() + static_cast<std::ptrdiff_t>(row));
    }
  }
  return numbers;
}

}  // namespace gril
