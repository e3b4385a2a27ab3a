#include "gril/analysis/decompiler/neuron_influence.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "gril/analysis/prompt_sample.h"
#include "gril/base/check.h"

namespace gril {

NeuronInfluence neuron_influence(const StateForms& forms, const SampleSequences& sequences) {
  const torch::Tensor states = counted(sequences, states_of(forms, sequences.tokens));
  torch::Tensor changes = at::zeros({states.size(1)}, at::kDouble);
  double square = 0.0;
  for (int64_t k = 0; k < forms.output_forms.size(0); ++k) {
    const torch::Tensor form = forms.output_forms.select(0, k);
    const torch::Tensor terms = states * at::matmul(states, form);
    // Without h_i, hᵀBh loses 2 h_i (Bh)_i - B_ii h_i².
    changes += (2.0 * terms - form.diagonal() * states.square()).square().sum(0);
    square += terms.sum(1).square().sum().item<double>();
  }
  require(std::isfinite(square) && square > 0.0, "neuron_influence",
          "the network must answer with numbers other than 0; got a mean square of ", square,
          " over ", sequences.source, '.');
  NeuronInfluence result;
  append(result.influence, changes.narrow(0, 0, forms.neurons) / square);
  result.ranking.resize(result.influence.size());
  std::iota(result.ranking.begin(), result.ranking.end(), 0);
  std::stable_sort(result.ranking.begin(), result.ranking.end(), [&](int64_t a, int64_t b) {
    return result.influence[static_cast<std::size_t>(a)] >
           result.influence[static_cast<std::size_t>(b)];
  });
  result.mean_square_output = square / static_cast<double>(states.size(0)) /
                              static_cast<double>(forms.output_forms.size(0));
  return result;
}

double joint_influence(const StateForms& forms, const torch::Tensor& neurons,
                       const SampleSequences& sequences) {
  if (neurons.numel() == 0) return 0.0;
  const torch::Tensor states = counted(sequences, states_of(forms, sequences.tokens));
  const torch::Tensor silenced = states.index_fill(1, neurons, 0.0);
  return relative_mean_square(outputs_of(forms, silenced), outputs_of(forms, states));
}

torch::Tensor influential_neurons(const NeuronInfluence& influence, double threshold) {
  return (at::tensor(influence.influence, at::kDouble) > threshold).nonzero().squeeze(1);
}

}  // namespace gril
