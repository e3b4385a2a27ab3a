#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gril/analysis/metric_list.h"
#include "gril/analysis/prompt_sample.h"
#include "gril/base/json.h"

namespace gril {

/// The loss on the straight line between trained weights and those of the construction "one
/// gradient-descent step" with the trained step size: flat where both lie in one basin.
///
/// The trained weights are brought to the construction's coordinates first, which changes no
/// output. Identity maps: M and Dq are divided by their target entry, C takes the factors. Learned
/// maps of one head with as many values as targets and keys as inputs: values in the basis in which
/// C is η/N times the identity, keys in the one in which they are nearest to x (least squares),
/// queries in its dual; one factor between values and queries brings the values nearest to y. The
/// decay goes to 1.
struct WeightInterpolation {
  double step_size = 0.0;              ///< η of the construction: mean over the ages of examples
  std::vector<double> positions = {};  ///< 0 trained … 1 constructed, 11 of them
  std::vector<double> losses = {};     ///< half squared error, mean over outputs
};

/// Why the line is not drawn, or nothing: a model of several layers (the basis of the stream
/// between them is not known), or maps that the construction's do not fit.
std::optional<std::string> interpolation_obstacle(const SequenceModel& model,
                                                  const LinearRegression& task);

/// step_size  η of the construction; weight_comparison.h reads it off the weights.
/// The model must have no obstacle. Errors: c10::Error where a map to invert is singular.
WeightInterpolation interpolate_weights(const SequenceModel& model, const LinearRegression& task,
                                        double step_size, const PromptSample& sample);

/// The most that a loss lies above the straight line between the losses of the ends, over the loss
/// of the trained end.
double barrier(const WeightInterpolation& line);

/// The file interpolation.json; the format is in gril/analysis/README.md.
Json to_json(const WeightInterpolation& line, int64_t prompts);

/// interpolation_barrier and interpolation_highest_loss_ratio.
void add_metrics(MetricList& list, const WeightInterpolation& line);

}  // namespace gril
