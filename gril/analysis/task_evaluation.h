#pragma once

#include <string>

#include "gril/analysis/analysis_options.h"
#include "gril/analysis/metric_list.h"
#include "gril/evaluation/evaluate.h"
#include "gril/models/sequence_model.h"
#include "gril/tasks/task.h"

namespace gril {

/// What the low and high of these metrics are.
inline constexpr const char* kEvaluationInterval =
    "1.96 standard errors over sequences on both sides";

/// Measures a model on the sequences of its task: options.tasks of them, those of gril evaluate.
///
/// model   in float64
/// name    stands in messages
/// errors  InvalidArgument "[analyze] name: …" when the model's sizes are not those of the task
Evaluation evaluate_on_task(const SequenceModel& model, const Task& task, const std::string& name,
                            const AnalysisOptions& options);

/// "loss" and the further measures, each with its interval, their names behind `prefix`.
void add_metrics(MetricList& list, const Evaluation& evaluation, const std::string& prefix = "");

}  // namespace gril
