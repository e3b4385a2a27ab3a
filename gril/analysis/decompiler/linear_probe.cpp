#include "gril/analysis/decompiler/linear_probe.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace gril {
namespace {

constexpr double kSlack = 0.01;
constexpr double kSmallest = 1e-300;

/// Tokens (N, d) of the sequences.
torch::Tensor probe_tokens(const SampleSequences& sequences) {
  constexpr int64_t kMostTokens = 5000;
  const torch::Tensor tokens = sequences.tokens.flatten(0, 1);
  return tokens.narrow(0, 0, std::min(kMostTokens, tokens.size(0)));
}

/// What the input gate of some neurons gives for tokens, (N, count).
torch::Tensor gate_outputs(const StateForms& forms, const torch::Tensor& neurons,
                           const torch::Tensor& tokens) {
  const torch::Tensor augmented = augmented_tokens(tokens);
  return at::matmul(augmented, forms.input_gate.index_select(0, neurons).t()) *
         at::matmul(augmented, forms.input_map.index_select(0, neurons).t());
}

/// Which combinations of the neurons' states reach an output, (count, r): the output forms' rows
/// for these neurons, as an orthonormal basis of what they span. sizes: of the neurons' states,
/// (count).
torch::Tensor combinations_read(const StateForms& forms, const torch::Tensor& neurons,
                                const torch::Tensor& sizes) {
  constexpr double kRounding = 1e-10;
  const torch::Tensor rows =
      forms.output_forms.index_select(1, neurons).permute({1, 0, 2}).flatten(1);
  const auto [left, singular_values, right] =
      at::linalg_svd(sizes.unsqueeze(1) * rows, /*full_matrices=*/false);
  const torch::Tensor read = singular_values > kRounding * singular_values.max();
  return left.narrow(1, 0, read.sum().item<int64_t>()) / sizes.unsqueeze(1);
}

LinearProbe probe(const StateForms& forms, const torch::Tensor& neurons,
                  const torch::Tensor& tokens, const torch::Tensor& targets) {
  const torch::Tensor outputs = gate_outputs(forms, neurons, tokens);
  const torch::Tensor sizes = outputs.norm(2, {0}).clamp_min(kSmallest);
  const torch::Tensor features = at::matmul(outputs, combinations_read(forms, neurons, sizes));
  return {unexplained_share(features, targets), features.size(1), targets.size(1)};
}

}  // namespace

double unexplained_share(const torch::Tensor& features, const torch::Tensor& targets) {
  const auto centred = [](const torch::Tensor& columns) { return columns - columns.mean(0); };
  const torch::Tensor wanted = centred(targets);
  const torch::Tensor raw = centred(features);
  const torch::Tensor sizes = raw.norm(2, {0}).clamp_min(kSmallest);
  const torch::Tensor units = raw / sizes;
  // gelsd: features may be dependent.
  const torch::Tensor weights = std::get<0>(at::linalg_lstsq(units, wanted, c10::nullopt, "gelsd"));
  const torch::Tensor rest = wanted - at::matmul(units, weights);
  return (rest.square().sum() / wanted.square().sum()).item<double>();
}

LinearProbe key_value_probe(const StateForms& forms, double memory_eigenvalue,
                            const AttentionWeights& attention, const SampleSequences& sequences) {
  const torch::Tensor own = forms.eigenvalues.narrow(0, 0, forms.neurons);
  const torch::Tensor neurons = ((own - memory_eigenvalue).abs() <= kSlack).nonzero().squeeze(1);
  if (neurons.numel() == 0) return {.obstacle = "no neuron keeps its past"};
  const torch::Tensor tokens = probe_tokens(sequences);
  const torch::Tensor values = at::einsum("hva,na->nhv", {attention.value_map, tokens});
  const torch::Tensor keys = at::einsum("hja,na->nhj", {attention.key_map, tokens});
  return probe(forms, neurons, tokens, (values.unsqueeze(3) * keys.unsqueeze(2)).flatten(1));
}

LinearProbe query_probe(const StateForms& forms, const AttentionWeights& attention,
                        const SampleSequences& sequences) {
  if (forms.eigenvalues.size(0) > forms.neurons) {
    return {.obstacle = "the output gate reads the input itself: no neuron holds a query"};
  }
  const torch::Tensor neurons = (forms.eigenvalues.abs() < kSlack).nonzero().squeeze(1);
  if (neurons.numel() == 0) return {.obstacle = "no neuron holds the current token alone"};
  const torch::Tensor tokens = probe_tokens(sequences);
  return probe(forms, neurons, tokens,
               at::einsum("hja,na->nhj", {attention.query_map, tokens}).flatten(1));
}

Json to_json(const LinearProbe& probe) {
  if (probe.obstacle) return {{"applies", false}, {"reason", *probe.obstacle}};
  return {{"applies", true},
          {"unexplained", probe.unexplained},
          {"regressors", probe.regressors},
          {"targets", probe.targets}};
}

}  // namespace gril
