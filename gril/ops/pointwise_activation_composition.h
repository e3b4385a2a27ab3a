#pragma once

#include <ATen/core/Tensor.h>

#include "gril/ops/pointwise_activation.h"

namespace gril {

/// f(z) in torch operations, with gradients of any order.
at::Tensor activated(PointwiseActivation activation, const at::Tensor& z);

/// f'(z), likewise.
at::Tensor activation_slope(PointwiseActivation activation, const at::Tensor& z);

}  // namespace gril
