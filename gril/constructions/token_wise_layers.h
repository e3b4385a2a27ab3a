#pragma once

#include <torch/types.h>

#include <string>

#include "gril/constructions/exact_model.h"

namespace gril {

/// Exact layers that treat each token alone; every matrix is float64. Letters: D features of a
/// token.

/// y = M x, a linear layer. map: M (outputs, D).
ExactLayer linear_map(const torch::Tensor& map);

/// The token with `count` channels of zeros behind. width: D.
ExactLayer wider_token(int64_t width, int64_t count);

/// Adds (G x) ∘ (F x) to the channels that `into` selects: a residual bilinear gated linear unit.
/// gate, factor, into: G, F and a selector, (rows, D) each.
ExactLayer added_product(const torch::Tensor& gate, const torch::Tensor& factor,
                         const torch::Tensor& into);

/// Adds softmax(Z x) to the channels that `into` selects: a residual perceptron.
/// logits, into: Z and a selector, (rows, D) each.
ExactLayer added_softmax(const torch::Tensor& logits, const torch::Tensor& into);

}  // namespace gril
