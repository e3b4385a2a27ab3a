#include "gril/analysis/algorithms/algorithm_summary.h"

#include <array>
#include <limits>

#include "gril/analysis/agreement.h"
#include "gril/base/check.h"

namespace gril {
namespace {

std::string metric_suffix(const InContextAlgorithm& algorithm) {
  constexpr std::array kNames = {"ridge",       "one_step",   "two_steps",
                                 "three_steps", "four_steps", "five_steps"};
  return kNames.at(static_cast<std::size_t>(algorithm.steps));
}

/// A difference of mean squares that still counts as near: twice the rms that counts as agreement.
constexpr double kNearShare =
    kCloseFactor * kMostPredictionDifference * kCloseFactor * kMostPredictionDifference;

}  // namespace

void add_metrics(MetricList& list, const AlgorithmComparison& comparison) {
  for (const AlgorithmDistance& distance : comparison.distances) {
    const std::string name = algorithm_name(distance.algorithm);
    const std::string suffix = metric_suffix(distance.algorithm);
    list.add("difference_to_" + suffix,
             distance.prediction_difference / comparison.prediction_square, "share",
             "mean square of the difference to the predictions of " + name +
                 ", tuned, over that of the network's predictions");
    list.add("sensitivity_to_" + suffix, distance.sensitivity_cosine, "cosine",
             "mean cosine of the derivatives by the query with those of " + name);
  }
  const AlgorithmDistance& nearest = comparison.distances.at(comparison.nearest);
  const bool none = nearest_obstacle(comparison).has_value();
  list.add("nearest_algorithm_steps",
           none ? std::numeric_limits<double>::quiet_NaN()
                : static_cast<double>(nearest.algorithm.steps),
           "steps",
           "gradient-descent steps of the algorithm with the nearest predictions; 0: ridge "
           "regression");
}

std::string algorithm_sentence(const AlgorithmComparison& comparison) {
  const std::string methods =
      "one to five gradient-descent steps of one size and ridge regression, all tuned, ";
  if (const auto obstacle = nearest_obstacle(comparison)) {
    return concatenate("Beside ", methods, *obstacle, ", so no algorithm is near.");
  }
  const AlgorithmDistance& nearest = comparison.distances.at(comparison.nearest);
  const double share = nearest.prediction_difference / comparison.prediction_square;
  std::string text = concatenate("Of ", methods, "its predictions are nearest to ",
                                 algorithm_name(nearest.algorithm), ": they differ by ",
                                 percent_text(share), " of their mean square");
  if (share > kNearShare) {
    text += concatenate(", and none of them is near (at most ", percent_text(kNearShare), ")");
  }
  if (comparison.nearest_sensitivity != comparison.nearest) {
    text += concatenate(
        "; its sensitivities are nearest to ",
        algorithm_name(comparison.distances.at(comparison.nearest_sensitivity).algorithm));
  }
  return text + ".";
}

}  // namespace gril
