#pragma once

#include <optional>
#include <string>

#include "gril/analysis/conclusion.h"
#include "gril/analysis/steps/several_steps.h"
#include "gril/analysis/steps/stack_paths.h"

namespace gril {

/// What a model of K > 1 layers does, beside K steps of gradient descent. Agrees when its loss lies
/// within 1 % of K steps with their best sizes, or with one best size, and its sensitivities have a
/// mean cosine of at least 0.999 with theirs; the sentence then replaces that about one step.
/// Otherwise the sentence says where between or beyond both its loss lies.
Conclusion conclude_steps(const StepSizes& sizes, const SeveralSteps& found,
                          const BootstrapOptions& bootstrap);

/// "Its answers are 96.0 % explained by steps of sizes 2.584 and 8.942." and, where the paths are
/// known, what its weights make of it.
std::string steps_sentence(const StepSizes& sizes, const std::optional<StackPaths>& paths);

}  // namespace gril
