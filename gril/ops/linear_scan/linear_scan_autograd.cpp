#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include "gril/ops/linear_scan/linear_scan.h"
#include "gril/ops/linear_scan/linear_scan_arguments.h"

namespace gril {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;

/// values[:, 0 … T-2] moved one step later (towards T when `later`), with `first` in the free
/// place.
at::Tensor shifted(const at::Tensor& values, const at::Tensor& first, bool later) {
  const int64_t kept = values.size(1) - 1;
  const at::Tensor edge = first.unsqueeze(1);
  if (later) return at::cat({edge, values.narrow(1, 0, kept)}, 1);
  return at::cat({values.narrow(1, 1, kept), edge}, 1);
}

class LinearScanFunction : public torch::autograd::Function<LinearScanFunction> {
 public:
  static Variable forward(AutogradContext* context, const Variable& decay, const Variable& input,
                          const c10::optional<Variable>& initial_state, bool reverse) {
    const at::AutoDispatchBelowADInplaceOrView below_autograd;
    const at::Tensor states = linear_scan(decay, input, initial_state, reverse);
    context->save_for_backward({decay, states, initial_state.value_or(at::Tensor())});
    context->saved_data["reverse"] = reverse;
    return states;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const variable_list saved = context->get_saved_variables();
    const bool reverse = context->saved_data["reverse"].toBool();
    const c10::optional<at::Tensor> initial_state =
        saved[2].defined() ? c10::optional<at::Tensor>(saved[2]) : c10::nullopt;
    // The composed formula is differentiable; the fused one reads and writes each tensor once.
    const auto gradients_of =
        at::GradMode::is_enabled() ? linear_scan_gradients_composed : linear_scan_gradients;
    auto [decay, input, initial] =
        gradients_of(gradients[0], saved[0], saved[1], initial_state, reverse);
    return {decay, input, initial_state ? initial : at::Tensor(), at::Tensor()};
  }
};

at::Tensor linear_scan_autograd(const at::Tensor& decay, const at::Tensor& input,
                                const c10::optional<at::Tensor>& initial_state, bool reverse) {
  return LinearScanFunction::apply(decay, input, initial_state, reverse);
}

}  // namespace

LinearScanGradients linear_scan_gradients_composed(const at::Tensor& gradient,
                                                   const at::Tensor& decay,
                                                   const at::Tensor& states,
                                                   const c10::optional<at::Tensor>& initial_state,
                                                   bool reverse) {
  check_linear_scan_gradients(gradient, decay, states, initial_state);
  const at::Tensor no_state = at::zeros({states.size(0), states.size(2)}, states.options());
  if (states.size(1) == 0) return {at::zeros_like(decay), at::zeros_like(gradient), no_state};
  const bool varying = decay.dim() == 3;
  const at::Tensor conjugate = decay.conj();
  const at::Tensor next_decay = varying ? shifted(conjugate, no_state, reverse) : conjugate;
  const at::Tensor input = linear_scan(next_decay, gradient, c10::nullopt, !reverse);
  const at::Tensor previous = shifted(states, initial_state.value_or(no_state), !reverse);
  const at::Tensor per_step = input * previous.conj();
  const int64_t first = reverse ? states.size(1) - 1 : 0;
  const at::Tensor first_decay = varying ? conjugate.select(1, first) : conjugate;
  return {varying ? per_step : per_step.sum(at::IntArrayRef{0, 1}), input,
          first_decay * input.select(1, first)};
}

}  // namespace gril

TORCH_LIBRARY_IMPL(gril, Autograd, library) {
  library.impl("linear_scan", gril::linear_scan_autograd);
}

TORCH_LIBRARY_IMPL(gril, CompositeExplicitAutograd, library) {
  library.impl("linear_scan_gradients", gril::linear_scan_gradients_composed);
}
