#pragma once

#include <torch/types.h>

#include "gril/layers/sequence_layer.h"

namespace gril {

/// Dtype and device of the numbers that a model takes: those of its parameters; float32 on the CPU
/// where it has none, as a stack of running_mean and dropout.
torch::TensorOptions parameter_options(const SequenceLayer& model);
torch::Dtype parameter_dtype(const SequenceLayer& model);

}  // namespace gril
