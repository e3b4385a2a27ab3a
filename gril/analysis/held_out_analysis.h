#pragma once

#include <string>

#include "gril/analysis/analysis.h"
#include "gril/models/checkpoint.h"

namespace gril {

/// Whether a model's task has a fixed data set, so that held_out_analysis.h is the way to measure
/// it. Reads that data. file.task must be a section [task].
bool has_held_out_data(const ModelFile& file, const std::string& name);

/// How well a model does on the parts of its data set that it was not trained on: the loss and what
/// evaluate reports beside it, for each of Task::splits, at most options.tasks sequences each.
///
///     metrics   validation_loss, validation_accuracy, …, test_loss, …; parameters
///     kind      "held_out"
///
/// file      the last model of a run, or any model, in the precision it has; arithmetic is in it
/// name      stands in messages and in the summary
/// errors    InvalidArgument as make_task; whatever the model refuses
Analysis analyze_held_out(const ModelFile& file, const std::string& name,
                          const AnalysisOptions& options, const AnalysisProgress& progress);

/// The same measures of the model with the lowest evaluation loss, as further metrics of a summary:
/// best_validation_loss, best_test_loss, …
void add_best_model(Analysis& analysis, const ModelFile& best, const std::string& name,
                    const AnalysisOptions& options);

}  // namespace gril
