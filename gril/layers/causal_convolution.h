#pragma once

#include <torch/types.h>

namespace gril {

/// A causal convolution of every feature with weights of its own ("depthwise"), along time:
///
///     y_t = Σ_{j<w} weights_j ⊙ u_{t-j}
///
/// stream   u, (B, T, F) with T ≥ 1, float32 or float64; any strides.
/// history  the last w-1 tokens before it (B, w-1, F), oldest first; undefined: zeros.
/// weights  (w, F); row j for offset j back from the current token.
/// returns  (B, T, F), contiguous.
/// cost     2·B·T·w·F operations; the stream is not padded. Gradients of every argument, of first
///          and second order.
torch::Tensor causal_convolution(const torch::Tensor& stream, const torch::Tensor& history,
                                 const torch::Tensor& weights);

/// The history after the stream: the last w-1 tokens of both, (B, w-1, F).
torch::Tensor next_history(const torch::Tensor& stream, const torch::Tensor& history,
                           int64_t window);

}  // namespace gril
