#pragma once

#include <optional>

#include "gril/analysis/descent_subject.h"
#include "gril/analysis/metric_list.h"
#include "gril/analysis/steps/step_fit.h"

namespace gril {

/// The step sizes that a model's answers show, beside the best ones for as many steps. Sizes are
/// tuned on other prompts than those of the comparison.
struct StepSizes {
  int64_t steps = 1;       ///< K, step_count() of the model
  StepFit behaviour = {};  ///< of its predictions on the evaluation prompts
  StepFit free = {};       ///< best for the targets, each step with a size of its own
  StepFit shared = {};     ///< best for the targets, one size
};
StepSizes find_step_sizes(const DescentSubject& subject);

/// The file step_sizes.json; the format is in gril/analysis/README.md.
Json to_json(const StepSizes& sizes, int64_t prompts, int64_t tuning_prompts);

/// A model beside K > 1 steps: predictions, sensitivities and losses on the evaluation prompts, and
/// the same steps, nothing tuned again, on inputs and targets of other scales.
struct SeveralSteps {
  PredictionComparison free;
  PredictionComparison shared;
  Json input_range;   ///< {"free", "shared"}: see out_of_distribution_sweep.h
  Json weight_scale;  ///< the same
};
SeveralSteps compare_with_several_steps(const DescentSubject& subject, const StepSizes& sizes);

/// The file several_steps.json. Absent comparison: {"applies": false, "reason": …}, one step is
/// what the other files compare with.
Json to_json(const std::optional<SeveralSteps>& found, const StepSizes& sizes,
             const BootstrapOptions& bootstrap);

/// Coefficients and step sizes, and the ratios to K steps where there are several.
void add_metrics(MetricList& list, const StepSizes& sizes, const std::optional<SeveralSteps>& found,
                 const BootstrapOptions& bootstrap);

}  // namespace gril
