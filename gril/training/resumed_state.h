#pragma once

#include <torch/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "gril/base/json.h"
#include "gril/models/sequence_model.h"
#include "gril/training/train_config.h"
#include "gril/training/training_state.h"

namespace gril {

/// What the training that goes on demands of a stored state.
struct ResumedTraining {
  TrainingOptions options;
  torch::Tensor values;    ///< (P), the parameters it will overwrite
  LayerState start;        ///< the model's initial_state(batch_size)
  bool continues = false;  ///< whether the next batch goes on where the one before ended
};

/// Refuses a state that such a training cannot have left: another step than it makes, other
/// numbers of parameters, moments or carried sequences, numbers that are not finite.
/// errors  InvalidFile "[train] path: …"
void check_resumed_state(const TrainingState& state, const ResumedTraining& training,
                         const std::string& path);

/// Refuses metrics that lack a line which was due up to the step of a state, or have one of a step
/// that the training does not make. Lines after the state's step are those of a crashed session.
/// errors  InvalidFile "[train] path: …"
void check_resumed_metrics(const std::vector<Json>& lines, const TrainingState& state,
                           const TrainingOptions& options, const std::string& path);

}  // namespace gril
