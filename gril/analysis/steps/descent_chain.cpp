#include "gril/analysis/steps/descent_chain.h"

#include <ATen/ATen.h>

#include <cmath>

#include "gril/base/check.h"
#include "gril/constructions/example_window.h"

namespace gril {
namespace {

/// The values that column p of a state takes from the token, shrunk by its age: (H, dk, dv, D + 1).
torch::Tensor column_values(const TokenStackLayer& layer, int64_t updates_ago) {
  const torch::Tensor decay = layer.decay.pow(static_cast<double>(updates_ago));
  return layer.values.front().unsqueeze(1) * decay.transpose(1, 2).unsqueeze(3);
}

/// What a map (rows, H·dv) of a layer's reading takes from the token by column: (P, rows, D + 1).
torch::Tensor read_by_column(const torch::Tensor& map, const TokenStackLayer& layer,
                             int64_t updates_ago) {
  const torch::Tensor values = column_values(layer, updates_ago);
  const torch::Tensor by_head = map.reshape({map.size(0), values.size(0), values.size(2)});
  return at::einsum("rhv,hkva->hkra", {by_head, values}).flatten(0, 1);
}

std::size_t place(int64_t index) { return static_cast<std::size_t>(index); }

/// ½ (⟨w, w*⟩ ⟨K, K*⟩ + ⟨w, K*⟩ ⟨K, w*⟩): two places that hold one token, averaged over their swap.
/// w (P, p, D'), K (p, D'), E (P, Q) of the places before; (p, q).
torch::Tensor next_environment(const torch::Tensor& environment, const torch::Tensor& a_link,
                               const torch::Tensor& a_key, const torch::Tensor& b_link,
                               const torch::Tensor& b_key) {
  const torch::Tensor straight =
      at::einsum("PQ,Ppa,Qqa->pq", {environment, a_link, b_link}) * at::mm(a_key, b_key.t());
  const torch::Tensor a_across = at::einsum("Ppa,qa->Ppq", {a_link, b_key});
  const torch::Tensor b_across = at::einsum("Qqa,pa->Qpq", {b_link, a_key});
  return 0.5 * (straight + at::einsum("PQ,Ppq,Qpq->pq", {environment, a_across, b_across}));
}

/// The outputs are the P of the first place: O (P_n, m, D') as links (m, P_n, D').
torch::Tensor first_link(const DescentChain& chain) { return chain.output.transpose(0, 1); }

void add_choices(std::vector<std::vector<int64_t>>& choices, std::vector<int64_t>& begun,
                 int64_t layers, int64_t missing) {
  if (missing == 0) {
    choices.push_back(begun);
    return;
  }
  for (int64_t layer = begun.empty() ? 1 : begun.back() + 1; layer <= layers; ++layer) {
    begun.push_back(layer);
    add_choices(choices, begun, layers, missing - 1);
    begun.pop_back();
  }
}

}  // namespace

DescentChain descent_chain(const TokenStack& stack, const std::vector<int64_t>& layers,
                           int64_t updates_ago) {
  DescentChain chain;
  torch::Tensor reader = stack.outputs[place(layers.back())];
  for (std::size_t i = layers.size(); i-- > 0;) {
    const TokenStackLayer& layer = stack.layers[place(layers[i] - 1)];
    const torch::Tensor read = read_by_column(reader, layer, updates_ago);
    if (chain.keys.empty()) {
      chain.output = read;
    } else {
      chain.links.push_back(read.transpose(0, 1));
    }
    chain.keys.push_back(layer.keys.front().flatten(0, 1));
    reader = layer.queries[i > 0 ? place(layers[i - 1]) : 0].flatten(0, 1);
  }
  chain.query = reader;
  return chain;
}

DescentChain ideal_chain(const LinearRegressionOptions& task, int64_t length) {
  const ExampleWindow window = example_window(task.layout, task.inputs, task.outputs, 1.0);
  require(window.inputs.size() == 1, "descent_chain", "one token must show an example; got layout ",
          token_layout_name(task.layout), '.');
  const auto with_zero = [](const torch::Tensor& map) { return at::constant_pad_nd(map, {0, 1}); };
  const torch::Tensor input = with_zero(window.inputs.front());
  const torch::Tensor target = with_zero(window.targets.front());
  DescentChain chain;
  const double sign = length % 2 == 1 ? 1.0 : -1.0;
  chain.output = (sign * target).unsqueeze(0).expand({task.inputs, -1, -1});
  chain.keys.assign(place(length), input);
  chain.links.assign(place(length - 1), input.unsqueeze(1).expand({-1, task.inputs, -1}));
  chain.query = with_zero(window.query);
  return chain;
}

TokenScales token_scales(const LinearRegression& task) {
  constexpr int64_t kPrompts = 1000;
  const torch::Tensor tokens = with_constant(task.sample(kPrompts, 0, torch::kFloat64).tokens);
  return {tokens.square().mean(at::IntArrayRef{0, 1}).sqrt(),
          tokens.select(1, tokens.size(1) - 1).square().mean(0).sqrt()};
}

DescentChain scaled(DescentChain chain, const TokenScales& scales) {
  chain.output = chain.output * scales.context;
  for (torch::Tensor& keys : chain.keys) keys = keys * scales.context;
  for (torch::Tensor& link : chain.links) link = link * scales.context;
  chain.query = chain.query * scales.query;
  return chain;
}

double inner_product(const DescentChain& a, const DescentChain& b) {
  require(a.length() == b.length(), "descent_chain", "both chains must have one length; got ",
          a.length(), " and ", b.length(), '.');
  torch::Tensor environment = next_environment(at::eye(a.output.size(1), at::kDouble),
                                               first_link(a), a.keys[0], first_link(b), b.keys[0]);
  for (std::size_t i = 1; i < a.keys.size(); ++i) {
    environment =
        next_environment(environment, a.links[i - 1], a.keys[i], b.links[i - 1], b.keys[i]);
  }
  return (environment * at::mm(a.query, b.query.t())).sum().item<double>();
}

ChainComparison compare_chains(const std::vector<DescentChain>& chains, const DescentChain& ideal) {
  double product = 0.0;
  double square = 0.0;
  for (const DescentChain& chain : chains) {
    product += inner_product(chain, ideal);
    for (const DescentChain& other : chains) square += inner_product(chain, other);
  }
  const double ideal_square = inner_product(ideal, ideal);
  const double norms = std::sqrt(square * ideal_square);
  // A stack whose chains of this length are all 0 has no direction.
  return {.scale = product / ideal_square, .cosine = norms > 0.0 ? product / norms : 0.0};
}

std::vector<std::vector<int64_t>> layer_choices(int64_t layers, int64_t length) {
  std::vector<std::vector<int64_t>> choices;
  std::vector<int64_t> begun;
  add_choices(choices, begun, layers, length);
  return choices;
}

}  // namespace gril
