#pragma once

#include "gril/ops/causal_convolution/causal_convolution_arguments.h"

namespace gril {

/// The operator composed of torch operations, a few per offset: what runs on other devices than the
/// CPU and without Highway. No gradient of its own.
std::vector<at::Tensor> causal_convolution_composition(const at::Tensor& stream,
                                                       const c10::optional<at::Tensor>& history,
                                                       const at::Tensor& weights,
                                                       const c10::optional<at::Tensor>& bias,
                                                       int64_t activation, at::IntArrayRef sizes);

/// Its gradients, likewise; they can be differentiated any number of times.
CausalConvolutionGradients causal_convolution_gradients_composed(
    at::TensorList gradients, const at::Tensor& stream, const c10::optional<at::Tensor>& history,
    const at::Tensor& weights, const c10::optional<at::Tensor>& bias, int64_t activation,
    at::IntArrayRef sizes);

}  // namespace gril
