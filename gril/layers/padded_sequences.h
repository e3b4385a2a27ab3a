#pragma once

#include <torch/types.h>

#include <cstdint>

#include "gril/layers/sequence_layer.h"

/// What layers do with sequences of different lengths (PaddedSequences).
namespace gril {

/// The sequences with 0 for padding, symbol or number, whatever stood there: an infinity or NaN
/// would reach the outputs as its product with the 0 by which layers leave later tokens out.
/// lengths may also be (B, P): tokens then hold P sequences of a length of their own side by side,
/// features / P numbers of each (document_pair.h).
/// Errors: c10::ValueError "[padding] …" for lengths of another shape, dtype or device than the
/// tokens ask for, or outside 1 … T.
/// Cost: one pass over the tokens; on a GPU the host waits for the lengths.
PaddedSequences clear_padding(const PaddedSequences& sequences);

/// P = `count` sequences side by side as P B sequences below each other, the first ones of all rows
/// before the second ones: tokens (P B, T, features / P), lengths (P B) or undefined.
/// Errors: c10::ValueError "[padding] …" unless lengths are (B, P) or undefined.
PaddedSequences taken_apart(const PaddedSequences& sequences, int64_t count);

/// The tokens of each sequence from its last to its first; padding stays behind them where it is.
/// Its own inverse. The lengths are (B), or undefined, as clear_padding has checked them.
torch::Tensor reversed_tokens(const PaddedSequences& sequences);

/// The last token of each sequence, (B, features). Lengths as above.
torch::Tensor last_tokens(const PaddedSequences& sequences);

}  // namespace gril
