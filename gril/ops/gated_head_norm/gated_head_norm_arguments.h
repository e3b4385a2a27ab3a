#pragma once

#include <ATen/core/Tensor.h>
#include <c10/util/Optional.h>

#include <tuple>

#include "gril/ops/pointwise_activation.h"

namespace gril {

/// The one check of the arguments: every backend entry calls it first, because inference mode skips
/// the autograd entry. Throws c10::ValueError.
void check_gated_head_norm(const at::Tensor& readings, const c10::optional<at::Tensor>& gate,
                           const c10::optional<double>& epsilon);

/// The same for the gradients: also `gradient` must look like the result.
void check_gated_head_norm_gradients(const at::Tensor& gradient, const at::Tensor& readings,
                                     const c10::optional<at::Tensor>& gate,
                                     const c10::optional<double>& epsilon);

/// The operator behind gated_head_norm, one signature for all backends.
at::Tensor gated_head_norm_op(const at::Tensor& readings, const c10::optional<at::Tensor>& gate,
                              c10::optional<double> epsilon, int64_t activation);

/// Gradients of readings and gate, each in the shape of its argument; without a gate the second is
/// empty.
using GatedHeadNormGradients = std::tuple<at::Tensor, at::Tensor>;

/// First-order gradients given that of the result, in one pass.
GatedHeadNormGradients gated_head_norm_gradients(const at::Tensor& gradient,
                                                 const at::Tensor& readings,
                                                 const c10::optional<at::Tensor>& gate,
                                                 c10::optional<double> epsilon, int64_t activation);

}  // namespace gril
