#pragma once

#include <ATen/core/Tensor.h>
#include <c10/util/Optional.h>

#include <tuple>

namespace gril {

/// The one check of linear_scan's arguments: every backend entry calls it first, because inference
/// mode skips the autograd entry. Throws c10::ValueError.
void check_linear_scan(const at::Tensor& decay, const at::Tensor& input,
                       const c10::optional<at::Tensor>& initial_state);

/// The same for linear_scan_gradients: also `gradient` must look like `states`.
void check_linear_scan_gradients(const at::Tensor& gradient, const at::Tensor& decay,
                                 const at::Tensor& states,
                                 const c10::optional<at::Tensor>& initial_state);

/// Gradients of decay, input and initial_state, each in the shape of its argument (initial_state:
/// (B, D) also when it was absent).
using LinearScanGradients = std::tuple<at::Tensor, at::Tensor, at::Tensor>;

/// First-order gradients of linear_scan in one pass, given the gradient of its result and the
/// result itself (`states`). Not differentiable: second order uses the composed formula below.
LinearScanGradients linear_scan_gradients(const at::Tensor& gradient, const at::Tensor& decay,
                                          const at::Tensor& states,
                                          const c10::optional<at::Tensor>& initial_state,
                                          bool reverse);

/// The same written with linear_scan in the other direction, so that it can be differentiated any
/// number of times. README.md derives it.
LinearScanGradients linear_scan_gradients_composed(const at::Tensor& gradient,
                                                   const at::Tensor& decay,
                                                   const at::Tensor& states,
                                                   const c10::optional<at::Tensor>& initial_state,
                                                   bool reverse);

}  // namespace gril
