#include "gril/analysis/algorithms/parameter_search.h"

#include <algorithm>
#include <cmath>

namespace gril {
namespace {

using Loss = std::function<double(double)>;

/// The place of a minimum of `loss` between `low` and `high`, to a width of `tolerance`.
double golden_section(const Loss& loss, double low, double high, double tolerance) {
  const double ratio = 0.5 * (std::sqrt(5.0) - 1.0);
  double left = high - ratio * (high - low);
  double right = low + ratio * (high - low);
  double left_loss = loss(left);
  double right_loss = loss(right);
  while (high - low > tolerance * std::max(1.0, std::abs(high))) {
    const bool keep_left = left_loss < right_loss;
    (keep_left ? high : low) = keep_left ? right : left;
    if (keep_left) {
      right = left;
      right_loss = left_loss;
      left = high - ratio * (high - low);
      left_loss = loss(left);
    } else {
      left = right;
      left_loss = right_loss;
      right = low + ratio * (high - low);
      right_loss = loss(right);
    }
  }
  return 0.5 * (low + high);
}

}  // namespace

double parameter_of_least_loss(const Loss& loss, const ParameterRange& range) {
  const Loss of_logarithm = [&](double logarithm) { return loss(std::exp(logarithm)); };
  const double first = std::log(range.low);
  const double width = (std::log(range.high) - first) / (range.points - 1);
  int best = 0;
  double least = of_logarithm(first);
  for (int point = 1; point < range.points; ++point) {
    const double found = of_logarithm(first + width * point);
    if (found < least) best = point;
    least = std::min(least, found);
  }
  const double middle = first + width * best;
  return std::exp(golden_section(of_logarithm, middle - width, middle + width, range.tolerance));
}

}  // namespace gril
