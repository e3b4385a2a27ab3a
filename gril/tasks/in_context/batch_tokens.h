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
/// context_markers  (N, K), same dtype, further features of the tokens of each example; a query's
///                  own token holds 0 there. Undefined: K = 0
/// returns          (B, token_count(layout, N), token_shape(layout, d, m).width + K)
/// errors           InvalidArgument "[batch_tokens] …" when the shapes or dtypes do not fit each
///                  other; whatever token_shape refuses
/// cost             one write of the result
torch::Tensor batch_tokens(TokenLayout layout, const torch::Tensor& context_inputs,
                           const torch::Tensor& context_targets, const torch::Tensor& query_inputs,
                           const torch::Tensor& context_markers = {});

/// Prompts of numbers from N + 1 rows each, the last one the query.
///
/// inputs           x_1 … x_N, x_q, (B, N + 1, d)
/// labels           y_1 … y_N, y_q, (B, N + 1, m), same dtype; the last becomes the target
/// context_markers  (N, K) of the same dtype; undefined without segments
/// errors           as batch_tokens
Prompts regression_prompts(TokenLayout layout, const torch::Tensor& inputs,
                           const torch::Tensor& labels, const torch::Tensor& context_markers = {});

/// Prompts of classes from N + 1 rows each, the last one the query. The classes of the context are
/// shown one-hot, C numbers per label; the target is the class of the query.
///
/// inputs   x_1 … x_N, x_q, (B, N + 1, d)
/// labels   classes 0 … C - 1, (B, N + 1), int64
/// classes  C
/// errors   as batch_tokens
Prompts classification_prompts(TokenLayout layout, const torch::Tensor& inputs,
                               const torch::Tensor& labels, int64_t classes);

/// The same prompts with only the first `examples` context examples; query, target and markers
/// stay.
/// Errors: InvalidArgument unless 1 ≤ examples ≤ N.
Prompts first_examples(const Prompts& prompts, TokenLayout layout, int64_t examples);

}  // namespace gril
