#pragma once

#include <functional>

namespace gril {

/// Where a parameter is looked for.
struct ParameterRange {
  double low = 0.0;         ///< above 0
  double high = 0.0;        ///< above low
  int points = 121;         ///< of the grid, both ends included; at least 2
  double tolerance = 1e-9;  ///< width of the last interval, relative to the parameter
};

/// The positive parameter with the least loss: a grid of equal ratios over the range, then a
/// golden-section search between the neighbours of the best point, on the logarithm. The loss
/// should have one minimum in that neighbourhood. An optimum at an end of the range is followed by
/// one grid step beyond it.
/// Cost: points + log(step/tolerance)/0.48 calls of `loss`.
double parameter_of_least_loss(const std::function<double(double)>& loss,
                               const ParameterRange& range);

}  // namespace gril
