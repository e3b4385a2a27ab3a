#pragma once

#include <ATen/core/Tensor.h>
#include <c10/util/Optional.h>

#include <tuple>

namespace gril {

/// The definition of outer_product_scan: its equation as a loop over time, in plain torch. Runs on
/// every device, differentiable to any order, and is what the kernels are compared with.
/// Arguments, results and errors as in outer_product_scan.h.
std::tuple<at::Tensor, at::Tensor> outer_product_scan_reference(
    const at::Tensor& values, const at::Tensor& keys, const at::Tensor& queries,
    const at::Tensor& decay, const c10::optional<at::Tensor>& initial_state, bool strict,
    bool reverse);

/// The definition of outer_product_scan_backward, likewise a loop. Keeps every state: it defines
/// the gradient and serves devices without a kernel, it is not meant for long sequences.
std::tuple<at::Tensor, at::Tensor, at::Tensor, at::Tensor, at::Tensor>
outer_product_scan_backward_reference(const at::Tensor& outputs_gradient,
                                      const c10::optional<at::Tensor>& final_state_gradient,
                                      const at::Tensor& values, const at::Tensor& keys,
                                      const at::Tensor& queries, const at::Tensor& decay,
                                      const c10::optional<at::Tensor>& initial_state, bool strict,
                                      bool reverse);

}  // namespace gril
