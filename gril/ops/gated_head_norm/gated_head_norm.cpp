#include "gril/ops/gated_head_norm/gated_head_norm.h"

#include <ATen/ATen.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <torch/library.h>

#include "gril/ops/gated_head_norm/gated_head_norm_arguments.h"
#include "gril/ops/shape_check.h"

namespace gril {
namespace {

constexpr const char* kOp = "gated_head_norm";

}  // namespace

void check_gated_head_norm(const at::Tensor& readings, const c10::optional<at::Tensor>& gate,
                           const c10::optional<double>& epsilon) {
  check_rank(kOp, "readings", readings, 4, "(B, T, H, V)");
  check_dtype(kOp, "readings", readings, {at::kFloat, at::kDouble});
  TORCH_CHECK_VALUE(!epsilon || *epsilon > 0.0, "[", kOp, "] epsilon must be above 0; got ",
                    *epsilon, ".");
  if (!gate) return;
  check_same_kind(kOp, "gate", *gate, "readings", readings);
  check_shape(kOp, "gate", *gate,
              {readings.size(0), readings.size(1), readings.size(2) * readings.size(3)},
              "(B, T, H·V)");
}

void check_gated_head_norm_gradients(const at::Tensor& gradient, const at::Tensor& readings,
                                     const c10::optional<at::Tensor>& gate,
                                     const c10::optional<double>& epsilon) {
  check_gated_head_norm(readings, gate, epsilon);
  check_same_kind(kOp, "gradient", gradient, "readings", readings);
  check_shape(kOp, "gradient", gradient,
              {readings.size(0), readings.size(1), readings.size(2) * readings.size(3)},
              "(B, T, H·V)");
}

at::Tensor gated_head_norm_op(const at::Tensor& readings, const c10::optional<at::Tensor>& gate,
                              c10::optional<double> epsilon, int64_t activation) {
  static const auto op = c10::Dispatcher::singleton()
                             .findSchemaOrThrow("gril::_gated_head_norm", "")
                             .typed<decltype(gated_head_norm_op)>();
  return op.call(readings, gate, epsilon, activation);
}

GatedHeadNormGradients gated_head_norm_gradients(const at::Tensor& gradient,
                                                 const at::Tensor& readings,
                                                 const c10::optional<at::Tensor>& gate,
                                                 c10::optional<double> epsilon,
                                                 int64_t activation) {
  static const auto op = c10::Dispatcher::singleton()
                             .findSchemaOrThrow("gril::_gated_head_norm_gradients", "")
                             .typed<decltype(gated_head_norm_gradients)>();
  return op.call(gradient, readings, gate, epsilon, activation);
}

at::Tensor gated_head_norm(const at::Tensor& readings, const c10::optional<at::Tensor>& gate,
                           const GatedHeadNorm& norm) {
  return gated_head_norm_op(readings, gate, norm.epsilon, static_cast<int64_t>(norm.activation));
}

}  // namespace gril

// The underscore says that these two serve layers; activation is a PointwiseActivation.
TORCH_LIBRARY_FRAGMENT(gril, library) {
  library.def(
      "_gated_head_norm(Tensor readings, Tensor? gate, float? epsilon, int activation) -> Tensor");
  library.def(
      "_gated_head_norm_gradients(Tensor gradient, Tensor readings, Tensor? gate, float? epsilon, "
      "int activation) -> (Tensor readings, Tensor gate)");
}
