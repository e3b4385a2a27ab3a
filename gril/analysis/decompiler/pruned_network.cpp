#include "gril/analysis/decompiler/pruned_network.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <utility>

#include "gril/analysis/decompiler/product_sum.h"
#include "gril/analysis/decompiler/state_forms.h"
#include "gril/base/check.h"

namespace gril {
namespace {

constexpr double kTolerance = 1e-12;

GatedRnnWeights with_neurons(GatedRnnWeights weights, const torch::Tensor& kept) {
  weights.input_gate = weights.input_gate.index_select(0, kept);
  weights.input_map = weights.input_map.index_select(0, kept);
  weights.eigenvalues = weights.eigenvalues.index_select(0, kept);
  if (!weights.side_gate) weights.output_gate = weights.output_gate.index_select(1, kept);
  weights.output_map = weights.output_map.index_select(1, kept);
  return weights;
}

GatedRnnWeights with_gates(GatedRnnWeights weights, const torch::Tensor& kept) {
  weights.output_gate = weights.output_gate.index_select(0, kept);
  weights.output_map = weights.output_map.index_select(0, kept);
  weights.readout = weights.readout.index_select(1, kept);
  return weights;
}

/// Keeps the neurons at positions `kept` of those that are left.
void keep_neurons(PrunedNetwork& network, const torch::Tensor& kept) {
  require(kept.numel() > 0, "pruned_network",
          "at least one neuron must remain; got none. Lower the threshold.");
  network.weights = with_neurons(network.weights, kept);
  std::vector<int64_t> neurons;
  for (int64_t i = 0; i < kept.numel(); ++i) {
    neurons.push_back(network.neurons[static_cast<std::size_t>(kept[i].item<int64_t>())]);
  }
  network.neurons = std::move(neurons);
}

/// Neurons whose state reaches an output: |A_n| |B[:, n, :]| above rounding.
torch::Tensor busy_neurons(const GatedRnnWeights& weights) {
  const StateForms forms = state_forms(weights);
  const torch::Tensor size = input_forms(forms).flatten(1).norm(2, {1});
  const torch::Tensor effect = size * forms.output_forms.square().sum(at::IntArrayRef{0, 2}).sqrt();
  const torch::Tensor own = effect.narrow(0, 0, forms.neurons);
  return (own > kTolerance * effect.max()).nonzero().squeeze(1);
}

void drop_idle_neurons(PrunedNetwork& network) {
  const int64_t before = network.weights.state_size();
  keep_neurons(network, busy_neurons(network.weights));
  network.idle_neurons += before - network.weights.state_size();
}

/// Silences what is left of the neurons that are not in `kept`.
void silence_others(PrunedNetwork& network, const torch::Tensor& kept) {
  const torch::Tensor numbers = at::tensor(network.neurons, at::kLong);
  const torch::Tensor wanted = (numbers.unsqueeze(1) == kept.unsqueeze(0)).any(1);
  const int64_t before = network.weights.state_size();
  keep_neurons(network, wanted.nonzero().squeeze(1));
  network.silenced_neurons = before - network.weights.state_size();
}

/// The neurons of one eigenvalue as a sum of products; their columns are those of the output gate.
ProductSum neuron_sum(const GatedRnnWeights& weights, const torch::Tensor& group) {
  const torch::Tensor columns = weights.side_gate
                                    ? weights.output_map.t()
                                    : at::cat({weights.output_gate.t(), weights.output_map.t()}, 1);
  return {weights.input_gate.index_select(0, group), weights.input_map.index_select(0, group),
          columns.index_select(0, group), true};
}

/// Merges neurons of one eigenvalue; `left` becomes false for those that are gone.
void merge_group(GatedRnnWeights& weights, const torch::Tensor& group, torch::Tensor& left) {
  const ReducedSum reduced = reduced_sum(neuron_sum(weights, group));
  if (static_cast<int64_t>(reduced.kept.size()) == group.numel()) return;
  const torch::Tensor kept = group.index_select(0, at::tensor(reduced.kept, at::kLong));
  left.index_fill_(0, group, false).index_fill_(0, kept, true);
  weights.input_gate = weights.input_gate.index_copy(0, kept, reduced.sum.first);
  weights.input_map = weights.input_map.index_copy(0, kept, reduced.sum.second);
  const torch::Tensor columns = reduced.sum.columns.t();
  const int64_t gates = weights.gate_size();
  if (!weights.side_gate) {
    weights.output_gate = weights.output_gate.index_copy(1, kept, columns.narrow(0, 0, gates));
  }
  weights.output_map = weights.output_map.index_copy(
      1, kept, columns.narrow(0, weights.side_gate ? 0 : gates, gates));
}

void merge_neurons(PrunedNetwork& network) {
  GatedRnnWeights& weights = network.weights;
  torch::Tensor left = at::ones({weights.state_size()}, at::kBool);
  torch::Tensor seen = at::zeros({weights.state_size()}, at::kBool);
  for (int64_t n = 0; n < weights.state_size(); ++n) {
    if (seen[n].item<bool>()) continue;
    const torch::Tensor equal = weights.eigenvalues == weights.eigenvalues[n];
    seen.logical_or_(equal);
    merge_group(weights, equal.nonzero().squeeze(1), left);
  }
  const int64_t before = weights.state_size();
  keep_neurons(network, left.nonzero().squeeze(1));
  network.merged_neurons = before - weights.state_size();
}

/// Products with a readout and two factors.
torch::Tensor busy_gates(const GatedRnnWeights& weights) {
  const torch::Tensor busy = (weights.readout != 0)
                                 .any(0)
                                 .logical_and((weights.output_gate != 0).any(1))
                                 .logical_and((weights.output_map != 0).any(1));
  return busy.nonzero().squeeze(1);
}

void merge_gates(PrunedNetwork& network) {
  GatedRnnWeights& weights = network.weights;
  const ReducedSum reduced = reduced_sum(
      {weights.output_gate, weights.output_map, weights.readout.t(), !weights.side_gate});
  network.merged_gates += weights.gate_size() - static_cast<int64_t>(reduced.kept.size());
  weights.output_gate = reduced.sum.first;
  weights.output_map = reduced.sum.second;
  weights.readout = reduced.sum.columns.t().contiguous();
}

void drop_idle_gates(PrunedNetwork& network) {
  const torch::Tensor busy = busy_gates(network.weights);
  require(busy.numel() > 0, "pruned_network",
          "at least one product of the output gate must remain; got none.");
  network.idle_gates += network.weights.gate_size() - busy.numel();
  network.weights = with_gates(network.weights, busy);
}

void reduce_gates(PrunedNetwork& network) {
  drop_idle_gates(network);
  merge_gates(network);
}

}  // namespace

PrunedNetwork prune_network(const GatedRnnWeights& weights, const torch::Tensor& kept) {
  PrunedNetwork network{.weights = weights};
  for (int64_t n = 0; n < weights.state_size(); ++n) network.neurons.push_back(n);
  drop_idle_neurons(network);
  silence_others(network, kept);
  // What only spoke to a silenced neuron has no effect now.
  drop_idle_neurons(network);
  // Gates first: products that were split hide which neurons are read alike.
  reduce_gates(network);
  merge_neurons(network);
  reduce_gates(network);
  return network;
}

Json to_json(const PrunedNetwork& pruned, const GatedRnnWeights& original) {
  return {{"neurons_before", original.state_size()},
          {"neurons", pruned.weights.state_size()},
          {"gates_before", original.gate_size()},
          {"gates", pruned.weights.gate_size()},
          {"kept", pruned.neurons},
          {"silenced_neurons", pruned.silenced_neurons},
          {"idle_neurons", pruned.idle_neurons},
          {"merged_neurons", pruned.merged_neurons},
          {"idle_gates", pruned.idle_gates},
          {"merged_gates", pruned.merged_gates}};
}

}  // namespace gril
