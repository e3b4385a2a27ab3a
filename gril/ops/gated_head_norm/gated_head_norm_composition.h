#pragma once

#include "gril/ops/gated_head_norm/gated_head_norm_arguments.h"

namespace gril {

/// The equation in torch operations: what runs on other devices than the CPU and without Highway.
/// No gradient of its own.
at::Tensor gated_head_norm_composition(const at::Tensor& readings,
                                       const c10::optional<at::Tensor>& gate,
                                       c10::optional<double> epsilon, int64_t activation);

/// Its gradients, likewise; they can be differentiated any number of times.
GatedHeadNormGradients gated_head_norm_gradients_composed(const at::Tensor& gradient,
                                                          const at::Tensor& readings,
                                                          const c10::optional<at::Tensor>& gate,
                                                          c10::optional<double> epsilon,
                                                          int64_t activation);

}  // namespace gril
