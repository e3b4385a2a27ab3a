#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include "gril/ops/causal_convolution/causal_convolution_arguments.h"
#include "gril/ops/causal_convolution/causal_convolution_composition.h"

namespace gril {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;
using OptionalTensor = c10::optional<at::Tensor>;

OptionalTensor optional(const at::Tensor& tensor) {
  return tensor.defined() ? OptionalTensor(tensor) : c10::nullopt;
}

class CausalConvolutionFunction : public torch::autograd::Function<CausalConvolutionFunction> {
 public:
  static variable_list forward(AutogradContext* context, const Variable& stream,
                               const OptionalTensor& history, const Variable& weights,
                               const OptionalTensor& bias, int64_t activation,
                               const std::vector<int64_t>& sizes) {
    const at::AutoDispatchBelowADInplaceOrView below_autograd;
    context->save_for_backward(
        {stream, history.value_or(at::Tensor()), weights, bias.value_or(at::Tensor())});
    context->saved_data["activation"] = activation;
    context->saved_data["sizes"] = sizes;
    return causal_convolution_op(stream, history, weights, bias, activation, sizes);
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const variable_list saved = context->get_saved_variables();
    const OptionalTensor history = optional(saved[1]);
    const OptionalTensor bias = optional(saved[3]);
    const auto sizes = context->saved_data["sizes"].toIntVector();
    // The composed formula is differentiable; the fused one reads and writes each tensor once.
    const auto gradients_of = at::GradMode::is_enabled() ? causal_convolution_gradients_composed
                                                         : causal_convolution_gradients;
    auto [of_stream, of_history, of_weights, of_bias] =
        gradients_of(gradients, saved[0], history, saved[2], bias,
                     context->saved_data["activation"].toInt(), sizes);
    return {of_stream,    history ? of_history : at::Tensor(),
            of_weights,   bias ? of_bias : at::Tensor(),
            at::Tensor(), at::Tensor()};
  }
};

std::vector<at::Tensor> causal_convolution_autograd(const at::Tensor& stream,
                                                    const OptionalTensor& history,
                                                    const at::Tensor& weights,
                                                    const OptionalTensor& bias, int64_t activation,
                                                    at::IntArrayRef sizes) {
  return CausalConvolutionFunction::apply(stream, history, weights, bias, activation, sizes.vec());
}

}  // namespace
}  // namespace gril

TORCH_LIBRARY_IMPL(gril, Autograd, library) {
  library.impl("_causal_convolution", gril::causal_convolution_autograd);
}
