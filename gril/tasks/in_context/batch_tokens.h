#pragma once

#include <torch/types.h>

#include "gril/base/token_layout.h"
#include "gril/tasks/in_context/in_context_task.h"

namespace gril {

/// Lays context examples and a query out as tokens. B batch, N ≥ 1 examples, d inputs, m outputs.
///
/// context_inputs   x_i, (B, N, d)
/// context_targets  y_i, (B, N, m), same dtype
/// query_inputs     x_q, (B, d), same dtype
/// returns          (B, token_count(layout, N), token_shape(layout, d, m).width)
/// errors           InvalidArgument "[batch_tokens] …" when the shapes or dtypes do not fit each
///                  other; whatever token_shape refuses
/// cost             one write of the result
torch::Tensor batch_tokens(TokenLayout layout, const torch::Tensor& context_inputs,
                           const torch::Tensor& context_targets, const torch::Tensor& query_inputs);

/// The same prompts with only the first `examples` context examples; query and target stay.
/// Errors: InvalidArgument unless 1 ≤ examples ≤ N.
Prompts first_examples(const Prompts& prompts, TokenLayout layout, int64_t examples);

}  // namespace gril
