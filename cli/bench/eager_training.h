#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "cli/bench/python_process.h"
#include "gril/training/train_config.h"

namespace gril::bench {

/// One run of benchmarks/eager_pytorch_training.py.
struct EagerTraining {
  std::string python;
  std::filesystem::path script;
  std::string readout;  ///< "every" window, or the "last" only
  int threads = 1;
  int64_t steps = 300;
};

/// Refuses an experiment whose model the script does not compute: it knows one GRIL layer with
/// window 3, stride 2, tokens as they are and one decay per state element, on interleaved tokens.
/// Errors: InvalidArgument "[bench] …".
void check_eager_model(const TrainConfig& config);

/// Training steps per second of the script, with the experiment's batch, examples and width.
/// Errors: InvalidArgument "[bench] …" when the script fails or is not there.
double eager_rate(const TrainConfig& config, const EagerTraining& eager);

}  // namespace gril::bench
