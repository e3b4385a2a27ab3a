#include "gril/ops/outer_product_scan/outer_product_scan_reference.h"

#include <ATen/ATen.h>
#include <torch/library.h>

#include <vector>

#include "gril/ops/outer_product_scan/outer_product_scan_check.h"

namespace gril {
namespace {

/// Λ_t as a tensor that broadcasts against the state (B, H, V, K).
at::Tensor decay_at(const at::Tensor& decay, OuterProductDecay form, int64_t time) {
  switch (form) {
    case OuterProductDecay::kPerHead:
      return decay.view({-1, 1, 1});
    case OuterProductDecay::kElementwise:
      return decay;
    default:
      return decay.select(1, time).flatten(1).unsqueeze(-1).unsqueeze(-1);
  }
}

/// Row `time` of a (B, T, H, X) tensor as a column (B, H, X, 1).
at::Tensor column_at(const at::Tensor& sequence, int64_t time) {
  return sequence.select(1, time).unsqueeze(-1);
}

/// The state before the first step and after every step, in the order of the scan.
std::vector<at::Tensor> all_states(const at::Tensor& values, const at::Tensor& keys,
                                   const at::Tensor& decay, OuterProductDecay form,
                                   const at::Tensor& initial_state, bool reverse) {
  std::vector<at::Tensor> states{initial_state};
  const int64_t length = values.size(1);
  for (int64_t step = 0; step < length; ++step) {
    const int64_t time = reverse ? length - 1 - step : step;
    states.push_back(decay_at(decay, form, time) * states.back() +
                     column_at(values, time) * column_at(keys, time).mT());
  }
  return states;
}

/// Adds ∂L/∂Λ_t, given for every state element, (B, H, V, K), to the gradient of the decay.
void add_decay_gradient(const at::Tensor& part, OuterProductDecay form, int64_t time,
                        const at::Tensor& decay_gradient) {
  if (form == OuterProductDecay::kPerHead) {
    decay_gradient.add_(part.sum(at::IntArrayRef{0, 2, 3}));
  } else if (form == OuterProductDecay::kElementwise) {
    decay_gradient.add_(part.sum(0));
  } else {
    const at::Tensor row = decay_gradient.select(1, time);
    row.copy_(part.sum(at::IntArrayRef{2, 3}).view_as(row));
  }
}

/// (B, H, X) per step → (B, T, H, X); `like` gives the shape when there is no step.
at::Tensor stack_in_time(const std::vector<at::Tensor>& rows, const at::Tensor& like) {
  return rows.empty() ? at::zeros_like(like) : at::stack(rows, 1);
}

}  // namespace

std::tuple<at::Tensor, at::Tensor> outer_product_scan_reference(
    const at::Tensor& values, const at::Tensor& keys, const at::Tensor& queries,
    const at::Tensor& decay, const c10::optional<at::Tensor>& initial_state, bool strict,
    bool reverse) {
  const auto sizes = check_outer_product_scan(values, keys, queries, decay, initial_state);
  at::Tensor state = initial_state.has_value()
                         ? initial_state->clone()
                         : at::zeros({sizes.batch, sizes.heads, sizes.value_size, sizes.key_size},
                                     values.options());
  std::vector<at::Tensor> outputs(sizes.length);
  for (int64_t step = 0; step < sizes.length; ++step) {
    const int64_t time = reverse ? sizes.length - 1 - step : step;
    const at::Tensor updated = decay_at(decay, sizes.decay, time) * state +
                               column_at(values, time) * column_at(keys, time).mT();
    outputs[time] = (strict ? state : updated).matmul(column_at(queries, time)).squeeze(-1);
    state = updated;
  }
  return {stack_in_time(outputs, values), state};
}

std::tuple<at::Tensor, at::Tensor, at::Tensor, at::Tensor, at::Tensor>
outer_product_scan_backward_reference(const at::Tensor& outputs_gradient,
                                      const c10::optional<at::Tensor>& final_state_gradient,
                                      const at::Tensor& values, const at::Tensor& keys,
                                      const at::Tensor& queries, const at::Tensor& decay,
                                      const c10::optional<at::Tensor>& initial_state, bool strict,
                                      bool reverse) {
  const auto sizes = check_outer_product_scan(values, keys, queries, decay, initial_state);
  check_outer_product_scan_gradients(sizes, values, outputs_gradient, final_state_gradient);
  const auto zeros =
      at::zeros({sizes.batch, sizes.heads, sizes.value_size, sizes.key_size}, values.options());
  const std::vector<at::Tensor> states =
      all_states(values, keys, decay, sizes.decay, initial_state.value_or(zeros), reverse);

  // `adjoint` is the gradient of the state S_t, from the last step to the first.
  at::Tensor adjoint = final_state_gradient.has_value() ? final_state_gradient->clone() : zeros;
  const at::Tensor decay_gradient = at::zeros_like(decay);
  std::vector<at::Tensor> values_gradient(sizes.length);
  std::vector<at::Tensor> keys_gradient(sizes.length);
  std::vector<at::Tensor> queries_gradient(sizes.length);
  for (int64_t step = sizes.length - 1; step >= 0; --step) {
    const int64_t time = reverse ? sizes.length - 1 - step : step;
    const at::Tensor gradient = column_at(outputs_gradient, time);
    const at::Tensor read = gradient * column_at(queries, time).mT();
    if (!strict) adjoint = adjoint + read;
    queries_gradient[time] = states[strict ? step : step + 1].mT().matmul(gradient).squeeze(-1);
    values_gradient[time] = adjoint.matmul(column_at(keys, time)).squeeze(-1);
    keys_gradient[time] = adjoint.mT().matmul(column_at(values, time)).squeeze(-1);
    add_decay_gradient(adjoint * states[step], sizes.decay, time, decay_gradient);
    adjoint = decay_at(decay, sizes.decay, time) * adjoint;
    if (strict) adjoint = adjoint + read;
  }
  return {stack_in_time(values_gradient, values), stack_in_time(keys_gradient, keys),
          stack_in_time(queries_gradient, queries), decay_gradient, adjoint};
}

TORCH_LIBRARY_IMPL(gril, CompositeExplicitAutograd, library) {
  library.impl("outer_product_scan", outer_product_scan_reference);
  library.impl("outer_product_scan_backward", outer_product_scan_backward_reference);
}

}  // namespace gril
