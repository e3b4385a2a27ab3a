#pragma once

#include <string>

#include "gril/analysis/analysis.h"
#include "gril/tasks/task.h"

namespace gril {

/// What can be said of a model from outside, on any task: its loss and the other measures of
/// evaluation/evaluate.h, and, where its outputs are numbers, how it answers to inputs of another
/// size, which for linear attention is exactly cubic. On in-context tasks it is compared with
/// classical methods on the same prompts: algorithm_comparison.h for numbers, on the inputs as they
/// are, and classification_comparison.h for classes. It says plainly that no exact kernel form was
/// used.
///
/// file    the model in float64 with its task, made of which is `task`
/// errors  InvalidArgument when the sizes of task and model differ
/// cost    tasks + 6 · sequences forward passes, and the comparison
Analysis analyze_black_box(const ModelFile& file, const Task& task, const std::string& name,
                           const AnalysisOptions& options, const AnalysisProgress& progress);

}  // namespace gril
