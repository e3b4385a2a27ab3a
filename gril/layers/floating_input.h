#pragma once

#include <torch/types.h>

#include <cstdint>

namespace gril {

/// check_sequence_input (sequence_layer.h) for layers without parameters: input may be float32 or
/// float64. Errors: c10::ValueError, "[where] …".
void check_floating_input(const torch::Tensor& input, int64_t input_size, const char* where);

}  // namespace gril
