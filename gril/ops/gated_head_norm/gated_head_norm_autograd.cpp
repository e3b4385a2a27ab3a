#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include "gril/ops/gated_head_norm/gated_head_norm_arguments.h"
#include "gril/ops/gated_head_norm/gated_head_norm_composition.h"

namespace gril {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;

class GatedHeadNormFunction : public torch::autograd::Function<GatedHeadNormFunction> {
 public:
  static Variable forward(AutogradContext* context, const Variable& readings,
                          const c10::optional<Variable>& gate, c10::optional<double> epsilon,
                          int64_t activation) {
    const at::AutoDispatchBelowADInplaceOrView below_autograd;
    context->save_for_backward({readings, gate.value_or(at::Tensor())});
    context->saved_data["epsilon"] = epsilon;
    context->saved_data["activation"] = activation;
    return gated_head_norm_op(readings, gate, epsilon, activation);
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const variable_list saved = context->get_saved_variables();
    const auto gate = saved[1].defined() ? c10::optional<at::Tensor>(saved[1]) : c10::nullopt;
    // The composed formula is differentiable; the fused one reads and writes each tensor once.
    const auto gradients_of =
        at::GradMode::is_enabled() ? gated_head_norm_gradients_composed : gated_head_norm_gradients;
    auto [of_readings, of_gate] = gradients_of(gradients[0], saved[0], gate,
                                               context->saved_data["epsilon"].toOptional<double>(),
                                               context->saved_data["activation"].toInt());
    return {of_readings, gate ? of_gate : at::Tensor(), at::Tensor(), at::Tensor()};
  }
};

at::Tensor gated_head_norm_autograd(const at::Tensor& readings,
                                    const c10::optional<at::Tensor>& gate,
                                    c10::optional<double> epsilon, int64_t activation) {
  return GatedHeadNormFunction::apply(readings, gate, epsilon, activation);
}

}  // namespace
}  // namespace gril

TORCH_LIBRARY_IMPL(gril, Autograd, library) {
  library.impl("_gated_head_norm", gril::gated_head_norm_autograd);
}
