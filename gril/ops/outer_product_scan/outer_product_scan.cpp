#include "gril/ops/outer_product_scan/outer_product_scan.h"

#include <ATen/core/dispatch/Dispatcher.h>
#include <torch/library.h>

#include <array>

#include "gril/ops/outer_product_scan/outer_product_scan_check.h"
#include "gril/ops/shape_check.h"

namespace gril {
namespace {

constexpr char kOp[] = "outer_product_scan";

OuterProductDecay decay_form(const at::Tensor& decay, const OuterProductScanSizes& sizes) {
  const auto shape = decay.sizes();
  if (shape == at::IntArrayRef({sizes.heads})) {
    return OuterProductDecay::kPerHead;
  }
  if (shape == at::IntArrayRef({sizes.heads, sizes.value_size, sizes.key_size})) {
    return OuterProductDecay::kElementwise;
  }
  const bool per_step = shape == at::IntArrayRef({sizes.batch, sizes.length, sizes.heads}) ||
                        shape == at::IntArrayRef({sizes.batch, sizes.length, sizes.heads, 1});
  TORCH_CHECK_VALUE(per_step,
                    "[outer_product_scan] decay must have shape (H) = ", shape_text({sizes.heads}),
                    ", (H, V, K) = ", shape_text({sizes.heads, sizes.value_size, sizes.key_size}),
                    " or (B, T, H) = ", shape_text({sizes.batch, sizes.length, sizes.heads}),
                    "; got ", shape_text(shape), ". Expand it to one of these.");
  return OuterProductDecay::kPerStep;
}

}  // namespace

OuterProductScanSizes check_outer_product_scan(const at::Tensor& values, const at::Tensor& keys,
                                               const at::Tensor& queries, const at::Tensor& decay,
                                               const c10::optional<at::Tensor>& initial_state) {
  check_dtype(kOp, "values", values, {at::kFloat, at::kDouble});
  check_rank(kOp, "values", values, 4, "(B, T, H, V)");
  check_rank(kOp, "keys", keys, 4, "(B, T, H, K)");
  OuterProductScanSizes sizes{values.size(0),
                              values.size(1),
                              values.size(2),
                              values.size(3),
                              keys.size(3),
                              OuterProductDecay::kPerHead,
                              1};
  check_same_kind(kOp, "keys", keys, "values", values);
  check_same_kind(kOp, "queries", queries, "values", values);
  check_same_kind(kOp, "decay", decay, "values", values);
  const std::array<int64_t, 4> key_shape{sizes.batch, sizes.length, sizes.heads, sizes.key_size};
  check_shape(kOp, "keys", keys, key_shape, "(B, T, H, K)");
  check_shape(kOp, "queries", queries, key_shape, "(B, T, H, K)");
  sizes.decay = decay_form(decay, sizes);
  if (initial_state.has_value()) {
    check_same_kind(kOp, "initial_state", *initial_state, "values", values);
    check_shape(kOp, "initial_state", *initial_state,
                {sizes.batch, sizes.heads, sizes.value_size, sizes.key_size}, "(B, H, V, K)");
  }
  return sizes;
}

void check_outer_product_scan_gradients(const OuterProductScanSizes& sizes,
                                        const at::Tensor& values,
                                        const at::Tensor& outputs_gradient,
                                        const c10::optional<at::Tensor>& final_state_gradient) {
  check_same_kind(kOp, "outputs_gradient", outputs_gradient, "values", values);
  check_shape(kOp, "outputs_gradient", outputs_gradient, values.sizes(), "(B, T, H, V)");
  if (final_state_gradient.has_value()) {
    check_same_kind(kOp, "final_state_gradient", *final_state_gradient, "values", values);
    check_shape(kOp, "final_state_gradient", *final_state_gradient,
                {sizes.batch, sizes.heads, sizes.value_size, sizes.key_size}, "(B, H, V, K)");
  }
}

std::tuple<at::Tensor, at::Tensor> outer_product_scan(
    const at::Tensor& values, const at::Tensor& keys, const at::Tensor& queries,
    const at::Tensor& decay, const c10::optional<at::Tensor>& initial_state, bool strict,
    bool reverse) {
  static const auto op = c10::Dispatcher::singleton()
                             .findSchemaOrThrow("gril::outer_product_scan", "")
                             .typed<decltype(outer_product_scan)>();
  return op.call(values, keys, queries, decay, initial_state, strict, reverse);
}

std::tuple<at::Tensor, at::Tensor, at::Tensor, at::Tensor, at::Tensor> outer_product_scan_backward(
    const at::Tensor& outputs_gradient, const c10::optional<at::Tensor>& final_state_gradient,
    const at::Tensor& values, const at::Tensor& keys, const at::Tensor& queries,
    const at::Tensor& decay, const c10::optional<at::Tensor>& initial_state, bool strict,
    bool reverse) {
  static const auto op = c10::Dispatcher::singleton()
                             .findSchemaOrThrow("gril::outer_product_scan_backward", "")
                             .typed<decltype(outer_product_scan_backward)>();
  return op.call(outputs_gradient, final_state_gradient, values, keys, queries, decay,
                 initial_state, strict, reverse);
}

TORCH_LIBRARY_FRAGMENT(gril, library) {
  library.def(
      "outer_product_scan(Tensor values, Tensor keys, Tensor queries, Tensor decay, "
      "Tensor? initial_state=None, bool strict=False, bool reverse=False) "
      "-> (Tensor outputs, Tensor final_state)");
  library.def(
      "outer_product_scan_backward(Tensor outputs_gradient, Tensor? final_state_gradient, "
      "Tensor values, Tensor keys, Tensor queries, Tensor decay, Tensor? initial_state=None, "
      "bool strict=False, bool reverse=False) -> (Tensor values_gradient, Tensor keys_gradient, "
      "Tensor queries_gradient, Tensor decay_gradient, Tensor initial_state_gradient)");
}

}  // namespace gril
