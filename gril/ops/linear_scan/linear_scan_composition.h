#pragma once

#include <ATen/core/Tensor.h>
#include <c10/util/Optional.h>

namespace gril {

/// linear_scan composed of torch operations, about 6 log2 T of them: what runs on CUDA, where a
/// loop over time would be a launch per step. Arguments, result and errors as in linear_scan.h;
/// every device; no gradient of its own. README.md derives it.
at::Tensor linear_scan_composition(const at::Tensor& decay, const at::Tensor& input,
                                   const c10::optional<at::Tensor>& initial_state, bool reverse);

}  // namespace gril
