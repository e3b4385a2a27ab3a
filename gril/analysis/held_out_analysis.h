#pragma once

#include <optional>
#include <string>

#include "gril/analysis/analysis.h"
#include "gril/models/checkpoint.h"
#include "gril/tasks/task.h"

namespace gril {

/// The models of one run, or one model alone, with the task they were made for.
struct HeldOutModels {
  const ModelFile& last;                 ///< the last model of a run, or any model
  const std::optional<ModelFile>& best;  ///< the one with the lowest evaluation loss
  const Task& task;                      ///< made of last.task, with a fixed data set: Task::splits
};

/// How well a model does on the parts of its data set that it was not trained on: the loss and what
/// evaluate reports beside it, for each of Task::splits, at most options.tasks sequences each.
///
///     metrics   validation_loss, validation_accuracy, …, test_loss, …; parameters; of the best
///               model best_validation_loss, …
///     kind      "held_out"
///     verdict   "agrees" where every loss of the last model is finite, "none" otherwise: it says
///               that there are numbers, not that they are good
///
/// models    in the precision they have; arithmetic is in it
/// name      stands in messages and in the summary
/// errors    InvalidArgument as make_task; whatever the models refuse
/// cost      the data are read again for every part but that of models.task, one after the other
Analysis analyze_held_out(const HeldOutModels& models, const std::string& name,
                          const AnalysisOptions& options, const AnalysisProgress& progress);

}  // namespace gril
