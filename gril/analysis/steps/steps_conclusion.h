#pragma once

#include <optional>
#include <string>

#include "gril/analysis/conclusion.h"
#include "gril/analysis/steps/several_steps.h"
#include "gril/analysis/steps/stack_paths.h"

namespace gril {

/// What a model of K > 1 layers does, beside K steps of gradient descent: the verdict of its
/// agreement (agreement.h) with K steps of their best sizes or of one best size, whichever is
/// better. Where it differs, the sentence says where between or beyond both its loss lies, as far
/// as the intervals allow it, and which measures failed.
Conclusion conclude_steps(const StepSizes& sizes, const SeveralSteps& found,
                          const BootstrapOptions& bootstrap);

/// "As 2 steps of gradient descent its answers have sizes 2.584 and 8.942, which explain 96 % of
/// them." and, where the paths are known, what its weights make of it. Answers that are all 0 or
/// not finite have no sizes.
std::string steps_sentence(const StepSizes& sizes, const std::optional<StackPaths>& paths);

}  // namespace gril
