#include "gril/ops/outer_product_scan/outer_product_scan.h"

#include <ATen/ATen.h>
#include <torch/library.h>

#include <array>
#include <sstream>
#include <string>

#include "gril/ops/outer_product_scan/outer_product_scan_check.h"

namespace gril {
namespace {

std::string shape_text(at::IntArrayRef sizes) {
  std::ostringstream text;
  text << '(';
  for (size_t axis = 0; axis < sizes.size(); ++axis) {
    text << (axis == 0 ? "" : ", ") << sizes[axis];
  }
  text << (sizes.size() == 1 ? ",)" : ")");
  return text.str();
}

void check_like_values(const at::Tensor& tensor, const at::Tensor& values, const char* name) {
  TORCH_CHECK_VALUE(tensor.scalar_type() == values.scalar_type(), "[outer_product_scan] ", name,
                    " must have the dtype of values; got ", tensor.scalar_type(), " and ",
                    values.scalar_type(), ". Convert one of them.");
  TORCH_CHECK_VALUE(tensor.device() == values.device(), "[outer_product_scan] ", name,
                    " must be on the device of values; got ", tensor.device(), " and ",
                    values.device(), ". Move one of them.");
}

void check_shape(const at::Tensor& tensor, at::IntArrayRef shape, const char* name,
                 const char* letters) {
  TORCH_CHECK_VALUE(tensor.sizes() == shape, "[outer_product_scan] ", name, " must have shape ",
                    letters, " = ", shape_text(shape), "; got ", shape_text(tensor.sizes()),
                    ". Sizes are taken from values and keys.");
}

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
  TORCH_CHECK_VALUE(values.scalar_type() == at::kFloat || values.scalar_type() == at::kDouble,
                    "[outer_product_scan] values must be float32 or float64; got ",
                    values.scalar_type(), ". Convert the arguments.");
  TORCH_CHECK_VALUE(values.dim() == 4,
                    "[outer_product_scan] values must have shape (B, T, H, V); got ",
                    shape_text(values.sizes()), ". Add the missing axes.");
  TORCH_CHECK_VALUE(keys.dim() == 4, "[outer_product_scan] keys must have shape (B, T, H, K); got ",
                    shape_text(keys.sizes()), ". Add the missing axes.");
  OuterProductScanSizes sizes{values.size(0), values.size(1), values.size(2),
                              values.size(3), keys.size(3),   OuterProductDecay::kPerHead};
  check_like_values(keys, values, "keys");
  check_like_values(queries, values, "queries");
  check_like_values(decay, values, "decay");
  const std::array<int64_t, 4> key_shape{sizes.batch, sizes.length, sizes.heads, sizes.key_size};
  check_shape(keys, key_shape, "keys", "(B, T, H, K)");
  check_shape(queries, key_shape, "queries", "(B, T, H, K)");
  sizes.decay = decay_form(decay, sizes);
  if (initial_state.has_value()) {
    check_like_values(*initial_state, values, "initial_state");
    check_shape(*initial_state, {sizes.batch, sizes.heads, sizes.value_size, sizes.key_size},
                "initial_state", "(B, H, V, K)");
  }
  return sizes;
}

void check_outer_product_scan_gradients(const OuterProductScanSizes& sizes,
                                        const at::Tensor& values,
                                        const at::Tensor& outputs_gradient,
                                        const c10::optional<at::Tensor>& final_state_gradient) {
  check_like_values(outputs_gradient, values, "outputs_gradient");
  check_shape(outputs_gradient, values.sizes(), "outputs_gradient", "(B, T, H, V)");
  if (final_state_gradient.has_value()) {
    check_like_values(*final_state_gradient, values, "final_state_gradient");
    check_shape(*final_state_gradient, {sizes.batch, sizes.heads, sizes.value_size, sizes.key_size},
                "final_state_gradient", "(B, H, V, K)");
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
