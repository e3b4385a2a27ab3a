#pragma once

#include <ATen/core/Tensor.h>
#include <c10/util/Optional.h>

#include <tuple>
#include <vector>

#include "gril/ops/pointwise_activation.h"

namespace gril {

/// The arguments as the dispatcher hands them on: a struct cannot cross it.
struct CausalConvolutionArguments {
  const at::Tensor& stream;
  const c10::optional<at::Tensor>& history;
  const at::Tensor& weights;
  const c10::optional<at::Tensor>& bias;
  PointwiseActivation activation;
  at::IntArrayRef sizes;

  int64_t window() const { return weights.size(0); }
  int64_t convolved() const { return weights.size(1); }  ///< F
};

/// The one check of the arguments: every backend entry calls it first, because inference mode skips
/// the autograd entry. Throws c10::ValueError.
void check_causal_convolution(const CausalConvolutionArguments& arguments);

/// The same for the gradients: also there must be one of each result, in its shape.
void check_causal_convolution_gradients(at::TensorList gradients,
                                        const CausalConvolutionArguments& arguments);

/// The operator behind causal_convolution, one signature for all backends.
std::vector<at::Tensor> causal_convolution_op(const at::Tensor& stream,
                                              const c10::optional<at::Tensor>& history,
                                              const at::Tensor& weights,
                                              const c10::optional<at::Tensor>& bias,
                                              int64_t activation, at::IntArrayRef sizes);

/// Gradients of stream, history, weights and bias, each in the shape of its argument, also of those
/// that are absent.
using CausalConvolutionGradients = std::tuple<at::Tensor, at::Tensor, at::Tensor, at::Tensor>;

/// First-order gradients given those of the results. Differentiable where autograd is on, as the
/// composition is what runs there.
CausalConvolutionGradients causal_convolution_gradients(at::TensorList gradients,
                                                        const at::Tensor& stream,
                                                        const c10::optional<at::Tensor>& history,
                                                        const at::Tensor& weights,
                                                        const c10::optional<at::Tensor>& bias,
                                                        int64_t activation, at::IntArrayRef sizes);

}  // namespace gril
