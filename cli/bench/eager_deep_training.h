#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "gril/training/train_config.h"

namespace gril::bench {

/// One run of benchmarks/eager_deep_network.py.
struct EagerDeepTraining {
  std::string python;
  std::filesystem::path script;
  std::string mixer;  ///< "same": the model's own layers; "lstm": torch.nn.LSTM in their place
  int64_t chunk = 0;  ///< tokens of a chunk; 0: one masked product over the whole sequence
  int threads = 1;
  int64_t steps = 50;
};

/// Whether an experiment trains a language model, which that script computes.
bool is_language_model(const TrainConfig& config);

/// Tokens of a training step of a language model.
int64_t tokens_per_step(const TrainConfig& config);

/// Training steps per second of the script with the experiment's model, batch and length.
/// Errors: InvalidArgument "[bench] …" when the script fails, is not there, or does not know a
/// layer of the model.
double eager_deep_rate(const TrainConfig& config, const EagerDeepTraining& eager);

}  // namespace gril::bench
