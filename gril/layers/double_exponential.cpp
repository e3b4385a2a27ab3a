#include "gril/layers/double_exponential.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/custom_function.h>

#include "gril/layers/parameter_initialization.h"

namespace gril {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;

/// λ = exp(-exp(ν)), ∂λ/∂ν = -exp(ν) λ: one node where torch operations make three.
class DoubleExponentialFunction : public torch::autograd::Function<DoubleExponentialFunction> {
 public:
  static Variable forward(AutogradContext* context, const Variable& log_rate) {
    const at::Tensor decay = log_rate.exp().neg_().exp_();
    context->save_for_backward({log_rate, decay});
    return decay;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const variable_list saved = context->get_saved_variables();
    return {(gradients[0] * saved[0].exp()).mul(saved[1]).neg()};
  }
};

}  // namespace

torch::Tensor double_exponential(const torch::Tensor& log_rate) {
  return DoubleExponentialFunction::apply(log_rate);
}

void draw_uniform_on_ring(torch::Tensor& log_rate, double lowest, double highest, uint64_t seed,
                          std::string_view name) {
  at::Tensor squared = at::empty(log_rate.sizes(), at::kDouble);
  draw_uniform(squared, lowest, highest, seed, name);
  const c10::AutoGradMode no_grad(false);
  log_rate.copy_(squared.log().mul(-0.5).log());
}

}  // namespace gril
