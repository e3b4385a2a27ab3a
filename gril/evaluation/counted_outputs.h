#pragma once

#include <torch/types.h>

#include "gril/tasks/batch.h"
#include "gril/tasks/scoring.h"

namespace gril {

/// Which outputs of a batch are compared with its targets. Outputs at padding never are.

/// (B, T) bool: the tokens whose outputs count, for tasks scored at every or at marked tokens;
/// undefined where every token counts.
torch::Tensor counted_tokens(const Scoring& scoring, const Batch& batch);

/// The outputs that count for tasks scored at the last token: those at the last token of each
/// sequence, or at the only one, if a model gives one output per sequence.
///
/// output   of a model, (B, T, m) or (B, 1, m)
/// returns  (B, m)
/// errors   c10::ValueError "[loss] …" when sequences have lengths and the output has another
///          number of tokens
torch::Tensor last_outputs(const torch::Tensor& output, const Batch& batch);

}  // namespace gril
