#include <ATen/ATen.h>
#include <torch/library.h>

#include "gril/ops/linear_scan/linear_scan_arguments.h"

namespace gril {
namespace {

/// Shape and dtype of the result without its values, for tracing.
at::Tensor linear_scan_meta(const at::Tensor& decay, const at::Tensor& input,
                            const c10::optional<at::Tensor>& initial_state, bool) {
  check_linear_scan(decay, input, initial_state);
  return at::empty_like(input, at::MemoryFormat::Contiguous);
}

LinearScanGradients linear_scan_gradients_meta(const at::Tensor& gradient, const at::Tensor& decay,
                                               const at::Tensor& states,
                                               const c10::optional<at::Tensor>& initial_state,
                                               bool) {
  check_linear_scan_gradients(gradient, decay, states, initial_state);
  return {at::empty_like(decay, at::MemoryFormat::Contiguous),
          at::empty_like(gradient, at::MemoryFormat::Contiguous),
          at::empty({states.size(0), states.size(2)}, states.options())};
}

}  // namespace
}  // namespace gril

TORCH_LIBRARY_IMPL(gril, Meta, library) {
  library.impl("linear_scan", gril::linear_scan_meta);
  library.impl("linear_scan_gradients", gril::linear_scan_gradients_meta);
}
