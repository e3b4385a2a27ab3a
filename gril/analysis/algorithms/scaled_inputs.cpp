#include "gril/analysis/algorithms/scaled_inputs.h"

#include <ATen/ATen.h>

#include <cmath>
#include <limits>

namespace gril {

ScaledInputs scaled_inputs(const SequenceModel& model, const SampleSequences& sequences) {
  const at::NoGradGuard no_gradients;
  const auto outputs = [&](double factor) {
    return counted(sequences, model.forward(factor * sequences.tokens, {}).output);
  };
  const torch::Tensor plain = outputs(1.0);
  const bool silent = !(plain != 0).any().item<bool>();
  ScaledInputs result;
  for (const double factor : {0.5, 0.75, 1.5, 2.0, 3.0}) {
    const torch::Tensor cubic = factor * factor * factor * plain;
    result.factors.push_back(factor);
    result.deviations.push_back(silent ? std::numeric_limits<double>::quiet_NaN()
                                       : std::sqrt(relative_mean_square(outputs(factor), cubic)));
  }
  return result;
}

void add_metrics(MetricList& list, const ScaledInputs& scaled) {
  list.add("scaling_deviation", scaled.deviations.at(kTwice), "share",
           "rms of y(2x) - 8 y(x) over rms of 8 y(x): 0 for linear attention");
}

Json to_json(const ScaledInputs& scaled) {
  return {{"factors", scaled.factors}, {"deviations", scaled.deviations}};
}

}  // namespace gril
