#include "gril/analysis/algorithms/algorithm_summary.h"

#include <array>

#include "gril/base/check.h"

namespace gril {
namespace {

std::string metric_suffix(const InContextAlgorithm& algorithm) {
  constexpr std::array kNames = {"ridge",       "one_step",   "two_steps",
                                 "three_steps", "four_steps", "five_steps"};
  return kNames.at(static_cast<std::size_t>(algorithm.steps));
}

std::string percent(double share) {
  constexpr double kPercent = 100.0;
  std::ostringstream text;
  text.precision(3);
  text << kPercent * share << " %";
  return text.str();
}

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
  list.add("nearest_algorithm_steps", static_cast<double>(nearest.algorithm.steps), "steps",
           "gradient-descent steps of the algorithm with the nearest predictions; 0: ridge "
           "regression");
}

std::string algorithm_sentence(const AlgorithmComparison& comparison) {
  const AlgorithmDistance& nearest = comparison.distances.at(comparison.nearest);
  std::string text = concatenate(
      "Of one to five gradient-descent steps and ridge regression, all tuned, its predictions are "
      "nearest to ",
      algorithm_name(nearest.algorithm), ": they differ by ",
      percent(nearest.prediction_difference / comparison.prediction_square),
      " of their mean square");
  if (comparison.nearest_sensitivity != comparison.nearest) {
    text += concatenate(
        "; its sensitivities are nearest to ",
        algorithm_name(comparison.distances.at(comparison.nearest_sensitivity).algorithm));
  }
  return text + ".";
}

}  // namespace gril
