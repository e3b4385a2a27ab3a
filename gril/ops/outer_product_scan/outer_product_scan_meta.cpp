#include <ATen/ATen.h>
#include <torch/library.h>

#include "gril/ops/outer_product_scan/outer_product_scan_check.h"

namespace gril {
namespace {

at::Tensor state_like(const OuterProductScanSizes& sizes, const at::Tensor& values) {
  return at::empty({sizes.batch, sizes.heads, sizes.value_size, sizes.key_size}, values.options());
}

at::Tensor contiguous_like(const at::Tensor& tensor) {
  return at::empty_like(tensor, at::MemoryFormat::Contiguous);
}

/// Shapes and dtypes of the results without their values, for tracing.
std::tuple<at::Tensor, at::Tensor> outer_product_scan_meta(
    const at::Tensor& values, const at::Tensor& keys, const at::Tensor& queries,
    const at::Tensor& decay, const c10::optional<at::Tensor>& initial_state, bool /*strict*/,
    bool /*reverse*/) {
  const auto sizes = check_outer_product_scan(values, keys, queries, decay, initial_state);
  return {contiguous_like(values), state_like(sizes, values)};
}

std::tuple<at::Tensor, at::Tensor, at::Tensor, at::Tensor, at::Tensor>
outer_product_scan_backward_meta(const at::Tensor& outputs_gradient,
                                 const c10::optional<at::Tensor>& final_state_gradient,
                                 const at::Tensor& values, const at::Tensor& keys,
                                 const at::Tensor& queries, const at::Tensor& decay,
                                 const c10::optional<at::Tensor>& initial_state, bool /*strict*/,
                                 bool /*reverse*/) {
  const auto sizes = check_outer_product_scan(values, keys, queries, decay, initial_state);
  check_outer_product_scan_gradients(sizes, values, outputs_gradient, final_state_gradient);
  return {contiguous_like(values), contiguous_like(keys), contiguous_like(queries),
          contiguous_like(decay), state_like(sizes, values)};
}

}  // namespace

TORCH_LIBRARY_IMPL(gril, Meta, library) {
  library.impl("outer_product_scan", outer_product_scan_meta);
  library.impl("outer_product_scan_backward", outer_product_scan_backward_meta);
}

}  // namespace gril
