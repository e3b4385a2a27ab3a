#pragma once

#include <ATen/core/Tensor.h>

#include <tuple>

#include "gril/ops/outer_product_scan/ranked_outer_product_scan.h"

namespace gril {

/// A decay of its own per element of the state, (H, V, K); any number of ranks. All chunks of a
/// sequence take their steps side by side: README.md, "Elementwise decay on whole chunks".
///
/// returns  outputs (B, T, H, V) and the last state (B, H, V, K).
/// memory   B·T·H·(R + 1)·(V + K) numbers, and a few states per 32 steps.
std::tuple<at::Tensor, at::Tensor> elementwise_scan_composition(
    const RankedScanArguments& arguments);

/// The gradients from those of the results; final_state may be undefined (zeros). That of the
/// values is computed when asked for.
RankedScanGradients elementwise_scan_composition_backward(const RankedScanArguments& arguments,
                                                          const at::Tensor& outputs,
                                                          const at::Tensor& final_state,
                                                          bool values_gradient);

}  // namespace gril
