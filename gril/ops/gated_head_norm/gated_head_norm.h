#pragma once

#include <ATen/core/Tensor.h>
#include <c10/util/Optional.h>

#include "gril/ops/pointwise_activation.h"

namespace gril {

/// What gated_head_norm does to the readings.
struct GatedHeadNorm {
  /// ε > 0 of the norm; absent: readings keep their size.
  c10::optional<double> epsilon = c10::nullopt;
  PointwiseActivation activation = PointwiseActivation::kNone;  ///< g
};

/// Readings of each head to root mean square 1, times a gate:
///
///     n = o / √(mean(o²) + ε) ⊙ g(z)
///
/// The mean is over the V numbers of one head.
/// README.md beside this file has the gradient.
///
/// readings  o, (B, T, H, V), float32 or float64; any strides.
/// gate      z, (B, T, H·V), dtype and device of readings; absent: no gate.
/// returns   n, (B, T, H·V), contiguous.
/// errors    c10::ValueError, "[gated_head_norm] …", when shapes, dtypes or devices do not fit.
/// cost      about 5·B·T·H·V operations and as many values of g as the gate has numbers; reads two
///           tensors and writes one. Backward computes norm and gate again instead of keeping them.
///           Gradients of both tensors, of any order.
at::Tensor gated_head_norm(const at::Tensor& readings, const c10::optional<at::Tensor>& gate,
                           const GatedHeadNorm& norm);

}  // namespace gril
