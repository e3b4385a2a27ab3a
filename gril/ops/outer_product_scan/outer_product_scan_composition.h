#pragma once

#include <ATen/core/Tensor.h>
#include <c10/util/Optional.h>

#include <tuple>

#include "gril/ops/outer_product_scan/ranked_outer_product_scan.h"

/// outer_product_scan composed of torch operations on whole chunks: what runs on CUDA, where a loop
/// over time would be a launch per step. README.md derives it. Works on every device, keeps no
/// state per step, and has no gradient of its own: the autograd entry calls both directions.
namespace gril {

/// Arguments, results and errors as in outer_product_scan.h.
std::tuple<at::Tensor, at::Tensor> outer_product_scan_composition(
    const at::Tensor& values, const at::Tensor& keys, const at::Tensor& queries,
    const at::Tensor& decay, const c10::optional<at::Tensor>& initial_state, bool strict,
    bool reverse);

std::tuple<at::Tensor, at::Tensor, at::Tensor, at::Tensor, at::Tensor>
outer_product_scan_composition_backward(const at::Tensor& outputs_gradient,
                                        const c10::optional<at::Tensor>& final_state_gradient,
                                        const at::Tensor& values, const at::Tensor& keys,
                                        const at::Tensor& queries, const at::Tensor& decay,
                                        const c10::optional<at::Tensor>& initial_state, bool strict,
                                        bool reverse);

/// As ranked_outer_product_scan.h, on every device. No size may be 0.
std::tuple<at::Tensor, at::Tensor> ranked_scan_composition(const RankedScanArguments& arguments);

RankedScanGradients ranked_scan_composition_backward(const RankedScanArguments& arguments,
                                                     const at::Tensor& outputs,
                                                     const at::Tensor& final_state,
                                                     bool values_gradient);

}  // namespace gril
