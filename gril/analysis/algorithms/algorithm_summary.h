#pragma once

#include <string>

#include "gril/analysis/algorithms/algorithm_comparison.h"
#include "gril/analysis/metric_list.h"

namespace gril {

/// The numbers of a comparison for a summary: for every algorithm "difference_to_NAME", the mean
/// square of the difference of predictions over that of the network's predictions, and
/// "sensitivity_to_NAME", the cosine of the sensitivities, with NAME = one_step … five_steps,
/// ridge; and "nearest_algorithm_steps", 0 for ridge regression.
void add_metrics(MetricList& list, const AlgorithmComparison& comparison);

/// Which algorithm is nearest, by predictions and by sensitivities, and how near; that none is near
/// where the predictions differ by more than 1 % of their mean square, which is 10 % (rms); none at
/// all for predictions that are all 0 or not finite.
std::string algorithm_sentence(const AlgorithmComparison& comparison);

}  // namespace gril
