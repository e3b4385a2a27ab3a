#pragma once

#include <string>

#include "cli/experiment_plan.h"
#include "gril/base/json.h"

namespace gril::cli {

/// What `gril reproduce --plan` says of every run, from its configuration alone (planned_model in
/// train_config.h); nothing is read from data and nothing is trained.
///
///     [{"run": "narrow/seed-1", "parameters": 812, "operations_per_token": 3210.0}, …]
///
/// errors  InvalidArgument "[model] …", "[config] …" or "[train] …" with the run's name for one
/// that
///         cannot be trained: a key that does not exist, a model that cannot be built or does not
///         fit its task
Json planned_models(const ExperimentPlan& plan);

/// The same as a table for a terminal.
std::string planned_models_text(const Json& models);

}  // namespace gril::cli
