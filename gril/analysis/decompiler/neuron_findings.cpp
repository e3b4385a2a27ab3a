#include "gril/analysis/decompiler/neuron_findings.h"

#include <ATen/ATen.h>

#include "gril/analysis/prompt_sample.h"
#include "gril/base/check.h"

namespace gril {
namespace {

std::vector<double> eigenvalues_above(const NeuronFindings& neurons, double threshold) {
  std::vector<double> values;
  append(values,
         neurons.eigenvalues.index_select(0, influential_neurons(neurons.influence, threshold)));
  return values;
}

bool is_outside(const NeuronFindings& neurons, int64_t neuron) {
  return eigenvalue_class(neurons.eigenvalues[neuron].item<double>()) == EigenvalueClass::kOutside;
}

torch::Tensor outside_neurons(const NeuronFindings& neurons) {
  std::vector<int64_t> numbers;
  for (int64_t neuron = 0; neuron < neurons.eigenvalues.size(0); ++neuron) {
    if (is_outside(neurons, neuron)) numbers.push_back(neuron);
  }
  return at::tensor(numbers, at::kLong);
}

Json counts_by_threshold(const NeuronFindings& neurons) {
  Json rows = Json::array();
  for (const double threshold : {1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 0.0}) {
    Json row = {{"threshold", threshold}};
    row.update(to_json(count_eigenvalues(eigenvalues_above(neurons, threshold))));
    rows.push_back(row);
  }
  return rows;
}

}  // namespace

NeuronFindings find_neurons(const StateForms& forms, const SampleSequences& sequences,
                            double threshold) {
  NeuronFindings neurons;
  neurons.influence = neuron_influence(forms, sequences);
  neurons.eigenvalues = forms.eigenvalues.narrow(0, 0, forms.neurons);
  neurons.threshold = threshold;
  neurons.kept = influential_neurons(neurons.influence, threshold);
  neurons.counts = count_eigenvalues(eigenvalues_above(neurons, threshold));
  neurons.remembering =
      memory_mask(neurons.eigenvalues.index_select(0, neurons.kept)).sum().item<int64_t>();
  neurons.outside_influence = joint_influence(forms, outside_neurons(neurons), sequences);
  return neurons;
}

std::optional<std::string> outside_neuron(const NeuronFindings& neurons) {
  if (neurons.outside_influence <= neurons.threshold) return std::nullopt;
  for (const int64_t neuron : neurons.influence.ranking) {
    if (!is_outside(neurons, neuron)) continue;
    return concatenate("λ of neuron ", neuron, " is ", neurons.eigenvalues[neuron].item<double>(),
                       ", outside [0, 1]");
  }
  return std::nullopt;
}

Json to_json(const NeuronFindings& neurons) {
  Json ranked = Json::array();
  for (const int64_t neuron : neurons.influence.ranking) {
    const double value = neurons.eigenvalues[neuron].item<double>();
    ranked.push_back(
        {{"neuron", neuron},
         {"eigenvalue", value},
         {"class", eigenvalue_class_name(eigenvalue_class(value))},
         {"influence", neurons.influence.influence[static_cast<std::size_t>(neuron)]}});
  }
  return {
      {"threshold", neurons.threshold},
      {"counts", to_json(neurons.counts)},
      {"remembering", neurons.remembering},
      {"forgetting", neurons.kept.numel() - neurons.remembering},
      {"outside_influence", neurons.outside_influence},
      {"counts_by_threshold", counts_by_threshold(neurons)},
      {"classes",
       "memory: eigenvalue in (0.99, 1.01]; forget: in [-0.01, 0.01); between: in [0.01, 0.99]; "
       "outside: anything else. Where a neuron must be one of two kinds, an eigenvalue above 0.5 "
       "counts as remembering and any other as forgetting."},
      {"mean_square_output", neurons.influence.mean_square_output},
      {"neurons", ranked}};
}

}  // namespace gril
