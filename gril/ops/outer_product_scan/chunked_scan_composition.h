#pragma once

#include <ATen/core/Tensor.h>

#include <tuple>

#include "gril/ops/outer_product_scan/ranked_outer_product_scan.h"

namespace gril {

/// One number of decay per head, (H), or per head and step, (B, T, H); R = 1. All chunks of a
/// sequence at once, as batched matrix products: README.md, "Scalar decay".
///
/// returns  outputs (B, T, H, V) and the last state (B, H, V, K).
/// memory   B·T·H·(V + K + 64 + V·K/64) numbers.
std::tuple<at::Tensor, at::Tensor> chunked_scan_composition(const RankedScanArguments& arguments);

/// The gradients from those of the results; final_state may be undefined (zeros).
RankedScanGradients chunked_scan_composition_backward(const RankedScanArguments& arguments,
                                                      const at::Tensor& outputs,
                                                      const at::Tensor& final_state);

}  // namespace gril
