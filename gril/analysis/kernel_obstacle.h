#pragma once

#include <optional>
#include <string>

#include "gril/models/sequence_model.h"

namespace gril {

/// Why the kernels of decompiler/polynomial_kernels.h do not describe a model, in words: it is not
/// one gated_linear_rnn layer, and where a layer is no polynomial of its inputs, no kernels of
/// finite degree exist at all. Nothing for one gated_linear_rnn layer.
std::optional<std::string> kernel_obstacle(const SequenceModel& model);

}  // namespace gril
