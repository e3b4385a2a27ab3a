#pragma once

#include <ATen/core/Tensor.h>
#include <c10/util/Optional.h>

namespace gril {

/// The definition of linear_scan: a loop over time in torch operations. Same arguments and errors;
/// differentiable by torch itself. Runs where no kernel is registered, and in the tests.
at::Tensor linear_scan_reference(const at::Tensor& decay, const at::Tensor& input,
                                 const c10::optional<at::Tensor>& initial_state = c10::nullopt,
                                 bool reverse = false);

}  // namespace gril
