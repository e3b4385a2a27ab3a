#include "gril/constructions/chebyshev_learning_rates.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "gril/base/check.h"

namespace gril {
namespace {

void check_spectrum(int64_t steps, double lowest, double highest) {
  require(steps >= 1, "learning_rate", "Chebyshev steps must be at least 1; got ", steps, ".");
  require(lowest > 0.0 && lowest <= highest && std::isfinite(highest), "learning_rate",
          "Chebyshev steps need a spectrum 0 < LO <= HI; got ", lowest, " and ", highest, ".");
}

/// Reorders: each number is the one with the largest product of distances to those before it.
void order_after_leja(std::vector<double>& numbers) {
  std::vector<double> log_distance(numbers.size(), 0.0);
  for (std::size_t placed = 1; placed < numbers.size(); ++placed) {
    for (std::size_t i = placed; i < numbers.size(); ++i) {
      log_distance[i] += std::log(std::abs(numbers[i] - numbers[placed - 1]));
    }
    const auto first = log_distance.begin() + static_cast<std::ptrdiff_t>(placed);
    const auto next = static_cast<std::size_t>(std::max_element(first, log_distance.end()) -
                                               log_distance.begin());
    std::swap(numbers[placed], numbers[next]);
    std::swap(log_distance[placed], log_distance[next]);
  }
}

}  // namespace

std::vector<double> chebyshev_learning_rates(int64_t steps, double lowest, double highest) {
  check_spectrum(steps, lowest, highest);
  std::vector<double> roots;  // from the largest down
  for (int64_t k = 1; k <= steps; ++k) {
    const double angle =
        static_cast<double>(2 * k - 1) * std::numbers::pi / static_cast<double>(2 * steps);
    roots.push_back(0.5 * (highest + lowest) + 0.5 * (highest - lowest) * std::cos(angle));
  }
  if (lowest < highest) order_after_leja(roots);
  for (double& root : roots) root = 1.0 / root;
  return roots;
}

double chebyshev_bound(int64_t steps, double lowest, double highest) {
  check_spectrum(steps, lowest, highest);
  if (lowest == highest) return 0.0;
  const double beyond = (highest + lowest) / (highest - lowest);
  return 1.0 / std::cosh(static_cast<double>(steps) * std::acosh(beyond));
}

}  // namespace gril
