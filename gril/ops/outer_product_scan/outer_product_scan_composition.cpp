#include "gril/ops/outer_product_scan/outer_product_scan_composition.h"

#include <ATen/ATen.h>
#include <torch/library.h>

#include "gril/ops/outer_product_scan/chunked_scan_composition.h"
#include "gril/ops/outer_product_scan/elementwise_scan_composition.h"
#include "gril/ops/outer_product_scan/outer_product_scan_check.h"
#include "gril/ops/outer_product_scan/outer_product_scan_reference.h"

namespace gril {
namespace {

/// The steps of (B, T, …) in the order in which the scan takes them; the same way back.
at::Tensor in_scan_order(const at::Tensor& sequence, bool reverse) {
  return reverse ? sequence.flip(1) : sequence;
}

RankedScanArguments arguments_in_scan_order(const at::Tensor& values, const at::Tensor& keys,
                                            const at::Tensor& queries, const at::Tensor& decay,
                                            const c10::optional<at::Tensor>& initial_state,
                                            bool strict, bool reverse, OuterProductDecay form) {
  const bool per_step = form == OuterProductDecay::kPerStep;
  return {in_scan_order(values, reverse),       in_scan_order(keys, reverse),
          in_scan_order(queries, reverse),      per_step ? in_scan_order(decay, reverse) : decay,
          initial_state.value_or(at::Tensor()), strict};
}

}  // namespace

std::tuple<at::Tensor, at::Tensor> outer_product_scan_composition(
    const at::Tensor& values, const at::Tensor& keys, const at::Tensor& queries,
    const at::Tensor& decay, const c10::optional<at::Tensor>& initial_state, bool strict,
    bool reverse) {
  const auto sizes = check_outer_product_scan(values, keys, queries, decay, initial_state);
  if (sizes.is_empty()) {
    return outer_product_scan_reference(values, keys, queries, decay, initial_state, strict,
                                        reverse);
  }
  const RankedScanArguments arguments = arguments_in_scan_order(
      values, keys, queries, decay, initial_state, strict, reverse, sizes.decay);
  const bool elementwise = sizes.decay == OuterProductDecay::kElementwise;
  const auto [outputs, final_state] =
      elementwise ? elementwise_scan_composition(arguments) : chunked_scan_composition(arguments);
  return {in_scan_order(outputs, reverse), final_state};
}

std::tuple<at::Tensor, at::Tensor, at::Tensor, at::Tensor, at::Tensor>
outer_product_scan_composition_backward(const at::Tensor& outputs_gradient,
                                        const c10::optional<at::Tensor>& final_state_gradient,
                                        const at::Tensor& values, const at::Tensor& keys,
                                        const at::Tensor& queries, const at::Tensor& decay,
                                        const c10::optional<at::Tensor>& initial_state, bool strict,
                                        bool reverse) {
  const auto sizes = check_outer_product_scan(values, keys, queries, decay, initial_state);
  check_outer_product_scan_gradients(sizes, values, outputs_gradient, final_state_gradient);
  if (sizes.is_empty()) {
    return outer_product_scan_backward_reference(outputs_gradient, final_state_gradient, values,
                                                 keys, queries, decay, initial_state, strict,
                                                 reverse);
  }
  const RankedScanArguments arguments = arguments_in_scan_order(
      values, keys, queries, decay, initial_state, strict, reverse, sizes.decay);
  const at::Tensor outputs = in_scan_order(outputs_gradient, reverse);
  const at::Tensor final_state = final_state_gradient.value_or(at::Tensor());
  const RankedScanGradients gradients =
      sizes.decay == OuterProductDecay::kElementwise
          ? elementwise_scan_composition_backward(arguments, outputs, final_state, true)
          : chunked_scan_composition_backward(arguments, outputs, final_state);
  const bool per_step = sizes.decay == OuterProductDecay::kPerStep;
  return {in_scan_order(gradients.values, reverse), in_scan_order(gradients.keys, reverse),
          in_scan_order(gradients.queries, reverse),
          per_step ? in_scan_order(gradients.decay, reverse) : gradients.decay,
          gradients.initial_state};
}

std::tuple<at::Tensor, at::Tensor> ranked_scan_composition(const RankedScanArguments& arguments) {
  return arguments.decay.dim() == 1 ? chunked_scan_composition(arguments)
                                    : elementwise_scan_composition(arguments);
}

RankedScanGradients ranked_scan_composition_backward(const RankedScanArguments& arguments,
                                                     const at::Tensor& outputs,
                                                     const at::Tensor& final_state,
                                                     bool values_gradient) {
  return arguments.decay.dim() == 1
             ? chunked_scan_composition_backward(arguments, outputs, final_state)
             : elementwise_scan_composition_backward(arguments, outputs, final_state,
                                                     values_gradient);
}

TORCH_LIBRARY_IMPL(gril, CUDA, library) {
  library.impl("outer_product_scan", outer_product_scan_composition);
  library.impl("outer_product_scan_backward", outer_product_scan_composition_backward);
}

}  // namespace gril
