#pragma once

#include <torch/types.h>

#include <cstdint>
#include <filesystem>
#include <limits>

#include "gril/base/json.h"
#include "gril/models/sequence_model.h"
#include "gril/training/train_config.h"

namespace gril {

/// Where a training stands: with the experiment, all that exact resume needs. One safetensors file
/// with tensors `parameters`, `first_moment` and `second_moment`, (P) each, where there is one
/// `average`, (P), and `state.0`, `state.1`, …; and metadata "gril_format" = "1", "gril_training" =
/// {"step", "loss_sum", "best_loss", "evaluations_since_best", "config"} as JSON text.
struct TrainingState {
  int64_t step = 0;     ///< optimizer steps made
  double loss_sum = 0;  ///< losses since the last line of metrics.jsonl, summed
  double best_loss = std::numeric_limits<double>::infinity();  ///< lowest evaluation loss so far
  int64_t evaluations_since_best = 0;  ///< evaluations since then, none of them lower
  Json config;                         ///< the experiment, to_json(TrainConfig)
  torch::Tensor parameters;            ///< in the order of ParameterGroups
  torch::Tensor first_moment;          ///< of AdamW
  torch::Tensor second_moment;         ///< of AdamW
  torch::Tensor average;               ///< of the parameters; undefined where none is kept
  /// What the next batch goes on from, of all its sequences; empty where it starts afresh.
  LayerState state;
};

/// Whether a training that stands there is over: at its last step or stopped early.
bool is_finished(const TrainingOptions& options, const TrainingState& state);

/// Atomic. Errors: InvalidFile when the file cannot be written.
void save_training_state(const std::filesystem::path& path, const TrainingState& state);

/// Errors: InvalidFile "[training_state] path: …" when the file is absent, damaged or not a state.
TrainingState load_training_state(const std::filesystem::path& path);

}  // namespace gril
