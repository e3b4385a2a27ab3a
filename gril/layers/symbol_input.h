#pragma once

#include <torch/types.h>

#include <cstdint>

namespace gril {

/// What check_sequence_input is for numbers, for layers whose tokens are symbols.
/// Errors: c10::ValueError, "[where] …", unless input is int64 (B, T, width) with T ≥ 1 and every
/// symbol lies in 0 … symbols - 1; the text names the first that does not and where it stands.
/// Cost: one pass over the symbols; on a GPU the host waits for it.
void check_symbol_input(const torch::Tensor& input, int64_t symbols, int64_t width,
                        const char* where);

}  // namespace gril
