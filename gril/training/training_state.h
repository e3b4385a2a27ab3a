#pragma once

#include <torch/types.h>

#include <cstdint>
#include <filesystem>
#include <limits>

#include "gril/base/json.h"

namespace gril {

/// Where a training stands: with the experiment, all that exact resume needs. One safetensors file
/// with tensors `parameters`, `first_moment` and `second_moment`, (P) each, and metadata
/// "gril_format" = "1", "gril_training" = {"step", "loss_sum", "best_loss", "config"} as JSON text.
struct TrainingState {
  int64_t step = 0;     ///< optimizer steps made
  double loss_sum = 0;  ///< losses since the last line of metrics.jsonl, summed
  double best_loss = std::numeric_limits<double>::infinity();  ///< lowest evaluation loss so far
  Json config;                  ///< the experiment, to_json(TrainConfig)
  torch::Tensor parameters;     ///< in the order of ParameterGroups
  torch::Tensor first_moment;   ///< of AdamW
  torch::Tensor second_moment;  ///< of AdamW
};

/// Atomic. Errors: InvalidFile when the file cannot be written.
void save_training_state(const std::filesystem::path& path, const TrainingState& state);

/// Errors: InvalidFile "[training_state] path: …" when the file is absent, damaged or not a state.
TrainingState load_training_state(const std::filesystem::path& path);

}  // namespace gril
