#pragma once

#include <ATen/core/Tensor.h>
#include <c10/util/Optional.h>

#include <vector>

#include "gril/ops/pointwise_activation.h"

namespace gril {

/// What causal_convolution takes beside the stream.
struct CausalConvolution {
  /// K, (w, F) with w ≥ 1 and F ≤ P; row j for offset j back from the current token.
  at::Tensor weights;
  /// b, (F); absent: 0.
  c10::optional<at::Tensor> bias = c10::nullopt;
  PointwiseActivation activation = PointwiseActivation::kNone;  ///< f
};

/// A causal convolution of every feature with weights of its own ("depthwise"), along time, with
/// what commonly stands around it: the features of a joint map are split into streams, and a
/// function follows. For the first F features of u
///
///     y_t = f(b + Σ_{j<w} K_j ⊙ u_{t-j})
///
/// and features from F on are passed: y_t = u_t. README.md beside this file has the gradient.
///
/// stream   u, (B, T, P), float32 or float64 and on one device with all others; any strides.
/// history  the last w-1 tokens before it, (B, w-1, F), oldest first; absent: zeros.
/// sizes    how y is split: they add up to P, and F lies between two of them.
/// returns  y, one contiguous (B, T, size) for each of `sizes`.
/// errors   c10::ValueError, "[causal_convolution] …", when shapes, dtypes or devices do not fit.
/// cost     2·B·T·w·F operations and B·T·F values of f; reads u once and writes y once. Backward
///          computes the sum again instead of keeping it. Gradients of every tensor, of any order.
std::vector<at::Tensor> causal_convolution(const at::Tensor& stream,
                                           const c10::optional<at::Tensor>& history,
                                           const CausalConvolution& convolution,
                                           at::IntArrayRef sizes);

/// The history after the stream: the last w-1 tokens of both, (B, w-1, F).
at::Tensor next_history(const at::Tensor& stream, const c10::optional<at::Tensor>& history,
                        int64_t window);

}  // namespace gril
