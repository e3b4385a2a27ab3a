#include "gril/ops/linear_scan/linear_scan.h"

#include <ATen/core/dispatch/Dispatcher.h>
#include <torch/library.h>

#include "gril/ops/linear_scan/linear_scan_arguments.h"
#include "gril/ops/shape_check.h"

namespace gril {

void check_linear_scan(const at::Tensor& decay, const at::Tensor& input,
                       const c10::optional<at::Tensor>& initial_state) {
  constexpr const char* kOp = "linear_scan";
  check_rank(kOp, "input", input, 3, "(B, T, D)");
  check_dtype(kOp, "input", input,
              {at::kFloat, at::kDouble, at::kComplexFloat, at::kComplexDouble});
  check_same_kind(kOp, "decay", decay, "input", input);
  TORCH_CHECK_VALUE(decay.sizes() == input.sizes() || decay.sizes() == input.sizes().slice(2), "[",
                    kOp, "] decay must have shape (D) = ", shape_text(input.sizes().slice(2)),
                    " or (B, T, D) = ", shape_text(input.sizes()), "; got ",
                    shape_text(decay.sizes()), ".");
  if (!initial_state) return;
  check_same_kind(kOp, "initial_state", *initial_state, "input", input);
  check_shape(kOp, "initial_state", *initial_state, {input.size(0), input.size(2)}, "(B, D)");
}

void check_linear_scan_gradients(const at::Tensor& gradient, const at::Tensor& decay,
                                 const at::Tensor& states,
                                 const c10::optional<at::Tensor>& initial_state) {
  check_linear_scan(decay, states, initial_state);
  check_same_kind("linear_scan_gradients", "gradient", gradient, "states", states);
  check_shape("linear_scan_gradients", "gradient", gradient, states.sizes(), "(B, T, D)");
}

at::Tensor linear_scan(const at::Tensor& decay, const at::Tensor& input,
                       const c10::optional<at::Tensor>& initial_state, bool reverse) {
  static const auto kOp = c10::Dispatcher::singleton()
                              .findSchemaOrThrow("gril::linear_scan", "")
                              .typed<decltype(linear_scan)>();
  return kOp.call(decay, input, initial_state, reverse);
}

LinearScanGradients linear_scan_gradients(const at::Tensor& gradient, const at::Tensor& decay,
                                          const at::Tensor& states,
                                          const c10::optional<at::Tensor>& initial_state,
                                          bool reverse) {
  static const auto kOp = c10::Dispatcher::singleton()
                              .findSchemaOrThrow("gril::linear_scan_gradients", "")
                              .typed<decltype(linear_scan_gradients)>();
  return kOp.call(gradient, decay, states, initial_state, reverse);
}

}  // namespace gril

TORCH_LIBRARY_FRAGMENT(gril, library) {
  library.def(
      "linear_scan(Tensor decay, Tensor input, Tensor? initial_state=None, bool reverse=False) "
      "-> Tensor");
  library.def(
      "linear_scan_gradients(Tensor gradient, Tensor decay, Tensor states, "
      "Tensor? initial_state=None, bool reverse=False) "
      "-> (Tensor decay, Tensor input, Tensor initial_state)");
}
