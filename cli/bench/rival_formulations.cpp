#include "cli/bench/rival_formulations.h"

#include <ATen/ATen.h>

#include <vector>

namespace gril::bench {
namespace {

bool needs_gradient(const at::Tensor& tensor) {
  return at::GradMode::is_enabled() && tensor.requires_grad();
}

/// a[0], b[0], a[1], b[1] … along the first axis; a may have one row more than b.
at::Tensor interleaved(const at::Tensor& a, const at::Tensor& b) {
  const int64_t pairs = b.size(0);
  at::Tensor result = at::stack({a.narrow(0, 0, pairs), b}, 1).flatten(0, 1);
  if (a.size(0) > pairs) result = at::cat({result, a.narrow(0, pairs, 1)});
  return result;
}

/// (B, T, H, X) -> (B·H, T / chunk, chunk, X)
at::Tensor in_chunks(const at::Tensor& sequence, int64_t chunk) {
  const int64_t heads = sequence.size(0) * sequence.size(2);
  return sequence.transpose(1, 2).reshape({heads, -1, chunk, sequence.size(3)});
}

}  // namespace

at::Tensor looped_linear_scan_time_major(const at::Tensor& decay, const at::Tensor& input) {
  const int64_t length = input.size(0);
  if (needs_gradient(input)) {
    // unbind, because the backward pass of select fills a whole tensor with zeros at every step.
    const std::vector<at::Tensor> inputs = input.unbind(0), decays = decay.unbind(0);
    std::vector<at::Tensor> states = {inputs[0]};
    for (std::size_t t = 1; t < inputs.size(); ++t)
      states.push_back(at::addcmul(inputs[t], decays[t], states.back()));
    return at::stack(states);
  }
  at::Tensor state = input.select(0, 0);
  const at::Tensor states = at::empty_like(input);
  states.select(0, 0).copy_(state);
  for (int64_t t = 1; t < length; ++t) {
    at::Tensor next = states.select(0, t);
    at::addcmul_out(next, input.select(0, t), decay.select(0, t), state);
    state = next;
  }
  return states;
}

at::Tensor odd_even_linear_scan_time_major(const at::Tensor& decay, const at::Tensor& input) {
  const int64_t length = input.size(0);
  if (length == 1) return input;
  const int64_t pairs = length / 2;
  const auto even = [pairs](const at::Tensor& all) { return all.slice(0, 0, 2 * pairs, 2); };
  const auto odd = [pairs](const at::Tensor& all) { return all.slice(0, 1, 2 * pairs, 2); };
  const at::Tensor odd_states = odd_even_linear_scan_time_major(
      odd(decay) * even(decay), at::addcmul(odd(input), odd(decay), even(input)));
  const at::Tensor later_decay = decay.slice(0, 2, length, 2);
  const at::Tensor later_even = at::addcmul(input.slice(0, 2, length, 2), later_decay,
                                            odd_states.narrow(0, 0, later_decay.size(0)));
  return interleaved(at::cat({input.narrow(0, 0, 1), later_even}), odd_states);
}

at::Tensor chunked_outer_product_scan(const at::Tensor& values, const at::Tensor& keys,
                                      const at::Tensor& queries, const at::Tensor& decay,
                                      int64_t chunk) {
  const at::Tensor v = in_chunks(values, chunk);
  const at::Tensor k = in_chunks(keys, chunk);
  const at::Tensor q = in_chunks(queries, chunk);
  const at::Tensor lambda = decay.repeat({values.size(0)}).view({-1, 1, 1, 1});
  const at::Tensor place = at::arange(chunk, values.options()).view({1, 1, -1, 1});
  const at::Tensor distance = place - place.transpose(2, 3);
  const at::Tensor weights = at::tril(at::pow(lambda, distance.clamp_min(0)));
  const at::Tensor inside = at::matmul(at::matmul(q, k.transpose(2, 3)) * weights, v);
  const at::Tensor added = at::matmul((v * at::pow(lambda, chunk - 1 - place)).transpose(2, 3), k);
  const at::Tensor chunk_decay = at::pow(lambda.squeeze(3), chunk);
  at::Tensor state = at::zeros_like(added.select(1, 0));
  std::vector<at::Tensor> before;
  for (const at::Tensor& addition : added.unbind(1)) {
    before.push_back(state);
    state = at::addcmul(addition, chunk_decay, state);
  }
  const at::Tensor carried =
      at::matmul(q * at::pow(lambda, place + 1), at::stack(before, 1).transpose(2, 3));
  return (inside + carried)
      .reshape({values.size(0), values.size(2), values.size(1), values.size(3)})
      .transpose(1, 2);
}

at::Tensor looped_outer_product_scan(const at::Tensor& values, const at::Tensor& keys,
                                     const at::Tensor& queries, const at::Tensor& decay) {
  at::Tensor state =
      at::zeros({values.size(0), values.size(2), values.size(3), keys.size(3)}, values.options());
  const std::vector<at::Tensor> v = values.unsqueeze(4).unbind(1), k = keys.unsqueeze(3).unbind(1);
  std::vector<at::Tensor> states;
  for (std::size_t t = 0; t < v.size(); ++t) {
    state = at::addcmul(decay * state, v[t], k[t]);
    states.push_back(state);
  }
  // One product over all steps is faster than one per step.
  return at::matmul(at::stack(states, 1), queries.unsqueeze(4)).squeeze(4);
}

}  // namespace gril::bench
