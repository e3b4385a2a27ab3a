// The ranked scan where there are no kernels: the pairs run as heads side by side, summed at the
// end.
#include <ATen/ATen.h>

#include <vector>

#include "gril/ops/outer_product_scan/outer_product_scan_reference.h"
#include "gril/ops/outer_product_scan/ranked_outer_product_scan.h"

namespace gril {
namespace {

int64_t ranks_of(const RankedScanArguments& arguments) {
  return arguments.values.size(2) / arguments.queries.size(2);
}

/// (…, R·H, X, …) → Σ over the ranks, (…, H, X, …).
at::Tensor sum_ranks(const at::Tensor& tensor, int64_t dimension, int64_t ranks) {
  auto shape = tensor.sizes().vec();
  shape[static_cast<std::size_t>(dimension)] /= ranks;
  shape.insert(shape.begin() + dimension, ranks);
  return tensor.reshape(shape).sum(dimension);
}

at::Tensor decay_of_ranks(const RankedScanArguments& arguments) {
  return at::cat(
      std::vector<at::Tensor>(static_cast<std::size_t>(ranks_of(arguments)), arguments.decay));
}

/// The state may start in any one of the ranks: their sum is what counts.
c10::optional<at::Tensor> first_rank(const at::Tensor& state, int64_t ranks) {
  if (!state.defined()) return c10::nullopt;
  return at::constant_pad_nd(state, {0, 0, 0, 0, 0, (ranks - 1) * state.size(1)});
}

}  // namespace

std::tuple<at::Tensor, at::Tensor> ranked_outer_product_scan(const RankedScanArguments& arguments) {
  const int64_t ranks = ranks_of(arguments);
  const auto [outputs, final_state] = outer_product_scan_reference(
      arguments.values, arguments.keys, arguments.queries.repeat({1, 1, ranks, 1}),
      decay_of_ranks(arguments), first_rank(arguments.initial_state, ranks), arguments.strict,
      /*reverse=*/false);
  return {sum_ranks(outputs, 2, ranks), sum_ranks(final_state, 1, ranks)};
}

RankedScanGradients ranked_outer_product_scan_backward(const RankedScanArguments& arguments,
                                                       const at::Tensor& outputs,
                                                       const at::Tensor& final_state,
                                                       bool values_gradient) {
  const int64_t ranks = ranks_of(arguments);
  c10::optional<at::Tensor> final_gradient;
  if (final_state.defined()) final_gradient = final_state.repeat({1, ranks, 1, 1});
  const auto [values, keys, queries, decay, state] = outer_product_scan_backward_reference(
      outputs.repeat({1, 1, ranks, 1}), final_gradient, arguments.values, arguments.keys,
      arguments.queries.repeat({1, 1, ranks, 1}), decay_of_ranks(arguments),
      first_rank(arguments.initial_state, ranks), arguments.strict, /*reverse=*/false);
  return {values_gradient ? values : at::Tensor(), keys, sum_ranks(queries, 2, ranks),
          sum_ranks(decay, 0, ranks), state.narrow(1, 0, arguments.queries.size(2))};
}

}  // namespace gril
