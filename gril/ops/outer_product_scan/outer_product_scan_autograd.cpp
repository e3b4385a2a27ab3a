#include <ATen/ATen.h>
#include <ATen/core/LegacyTypeDispatch.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include "gril/ops/outer_product_scan/outer_product_scan.h"

namespace gril {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;
using OptionalTensor = c10::optional<at::Tensor>;

OptionalTensor optional_of(const at::Tensor& tensor) {
  return tensor.defined() ? OptionalTensor(tensor) : c10::nullopt;
}

/// outer_product_scan with its gradient. Only the arguments are saved: the states are computed
/// again in the backward pass.
class OuterProductScanFunction : public torch::autograd::Function<OuterProductScanFunction> {
 public:
  static variable_list forward(AutogradContext* context, const Variable& values,
                               const Variable& keys, const Variable& queries, const Variable& decay,
                               const OptionalTensor& initial_state, bool strict, bool reverse) {
    const at::AutoDispatchBelowADInplaceOrView guard;
    auto [outputs, final_state] =
        outer_product_scan(values, keys, queries, decay, initial_state, strict, reverse);
    context->save_for_backward(
        {values, keys, queries, decay, initial_state.value_or(at::Tensor())});
    context->saved_data["strict"] = strict;
    context->saved_data["reverse"] = reverse;
    context->set_materialize_grads(false);
    return {outputs, final_state};
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const at::Tensor outputs_gradient =
        gradients[0].defined() ? gradients[0] : at::zeros_like(saved[0]);
    auto [values, keys, queries, decay, initial_state] = outer_product_scan_backward(
        outputs_gradient, optional_of(gradients[1]), saved[0], saved[1], saved[2], saved[3],
        optional_of(saved[4]), context->saved_data["strict"].toBool(),
        context->saved_data["reverse"].toBool());
    if (!saved[4].defined()) initial_state = at::Tensor();
    return {values, keys, queries, decay, initial_state, Variable(), Variable()};
  }
};

/// outer_product_scan_backward, which has no gradient of its own and says so.
class OuterProductScanBackwardFunction
    : public torch::autograd::Function<OuterProductScanBackwardFunction> {
 public:
  static variable_list forward(AutogradContext* /*context*/, const Variable& outputs_gradient,
                               const OptionalTensor& final_state_gradient, const Variable& values,
                               const Variable& keys, const Variable& queries, const Variable& decay,
                               const OptionalTensor& initial_state, bool strict, bool reverse) {
    const at::AutoDispatchBelowADInplaceOrView guard;
    auto [values_gradient, keys_gradient, queries_gradient, decay_gradient, state_gradient] =
        outer_product_scan_backward(outputs_gradient, final_state_gradient, values, keys, queries,
                                    decay, initial_state, strict, reverse);
    return {values_gradient, keys_gradient, queries_gradient, decay_gradient, state_gradient};
  }

  static variable_list backward(AutogradContext* /*context*/, const variable_list& /*gradients*/) {
    TORCH_CHECK_NOT_IMPLEMENTED(
        false,
        "[outer_product_scan] gradients are of first order only; got a request for the second. "
        "Differentiate outer_product_scan_reference instead.");
  }
};

std::tuple<at::Tensor, at::Tensor> outer_product_scan_autograd(
    const at::Tensor& values, const at::Tensor& keys, const at::Tensor& queries,
    const at::Tensor& decay, const OptionalTensor& initial_state, bool strict, bool reverse) {
  auto results =
      OuterProductScanFunction::apply(values, keys, queries, decay, initial_state, strict, reverse);
  return {results[0], results[1]};
}

std::tuple<at::Tensor, at::Tensor, at::Tensor, at::Tensor, at::Tensor>
outer_product_scan_backward_autograd(const at::Tensor& outputs_gradient,
                                     const OptionalTensor& final_state_gradient,
                                     const at::Tensor& values, const at::Tensor& keys,
                                     const at::Tensor& queries, const at::Tensor& decay,
                                     const OptionalTensor& initial_state, bool strict,
                                     bool reverse) {
  auto results =
      OuterProductScanBackwardFunction::apply(outputs_gradient, final_state_gradient, values, keys,
                                              queries, decay, initial_state, strict, reverse);
  return {results[0], results[1], results[2], results[3], results[4]};
}

}  // namespace

TORCH_LIBRARY_IMPL(gril, Autograd, library) {
  library.impl("outer_product_scan", outer_product_scan_autograd);
  library.impl("outer_product_scan_backward", outer_product_scan_backward_autograd);
}

}  // namespace gril
