#pragma once

#include <cstddef>
#include <vector>

#include "gril/analysis/decompiler/sample_sequences.h"
#include "gril/analysis/metric_list.h"
#include "gril/base/json.h"
#include "gril/models/sequence_model.h"

namespace gril {

/// How a network answers to inputs of another size. Linear attention is homogeneous of degree 3:
/// y(αx) = α³ y(x), exactly; other terms and nonlinear cells are not. Source:
/// gated_rnn_attention.md 4.4, item 6.
struct ScaledInputs {
  std::vector<double> factors;  ///< α
  /// rms of y(αx) − α³ y(x) over rms of α³ y(x), counted outputs; NaN where all y(x) are 0.
  std::vector<double> deviations;
};

/// Where α = 2 stands in both lists.
inline constexpr std::size_t kTwice = 3;

/// α = ½, ¾, 1½, 2, 3. Cost: six forward passes.
ScaledInputs scaled_inputs(const SequenceModel& model, const SampleSequences& sequences);

/// Metric "scaling_deviation": the deviation at α = 2.
void add_metrics(MetricList& list, const ScaledInputs& scaled);

/// {"factors", "deviations"}
Json to_json(const ScaledInputs& scaled);

}  // namespace gril
