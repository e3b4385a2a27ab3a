#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "gril/base/interrupt.h"
#include "gril/base/progress.h"
#include "gril/training/trainer.h"

namespace gril::cli {

/// One training as a command runs it: run directory, provenance, progress on stderr, Ctrl-C.
struct TrainingSession {
  TrainConfig config;
  std::filesystem::path root;          ///< the run directory
  bool resume = false;                 ///< continue the run in `root` instead of making it
  std::vector<std::string> arguments;  ///< of the program, for the provenance
  std::string label = "train";         ///< of its progress
  ProgressOutput output = ProgressOutput::standard_error();
};

/// Trains until the last step or until Ctrl-C, which leaves a checkpoint.
/// Errors: as RunDirectory, Trainer and its train().
TrainingResult run_training(const TrainingSession& session, const InterruptGuard& interrupt);

/// How many numbers the session trains.
int64_t trained_parameters(const TrainingSession& session);

/// A training's result as the commands print it.
Json training_json(const TrainingSession& session, const TrainingResult& result);

}  // namespace gril::cli
