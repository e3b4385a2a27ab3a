#pragma once

#include <torch/types.h>

#include <cstdint>

#include "gril/layers/sequence_layer.h"

/// The state of layers that are not causal: every output depends on later tokens, so the sequence
/// must come at once, and the state tells a sequence that starts from one that goes on.
namespace gril {

/// The tokens seen (B), int64, on the device of the layer's parameters: 0 of each.
LayerState whole_sequence_start(int64_t batch, const SequenceLayer& layer);

/// The state after `length` tokens, if none was seen before.
/// Errors: c10::ValueError "[where] …" for a state of another form or that has seen tokens.
LayerState whole_sequence_end(const LayerState& state, const LayerState& start, int64_t length,
                              const char* where);

/// Errors: c10::ValueError "[where] …", always.
[[noreturn]] void refuse_single_token(const char* where);

}  // namespace gril
