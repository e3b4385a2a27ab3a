#include "gril/analysis/decompiler/function_findings.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "gril/analysis/decompiler/trilinear_outputs.h"
#include "gril/analysis/tensor_json.h"
#include "gril/base/check.h"

namespace gril {
namespace {

constexpr double kMostDifference = 0.1;

/// T without entries whose current feature no counted output sees.
torch::Tensor visible_tensor(const StateForms& forms, const SampleSequences& sequences,
                             int64_t age) {
  const torch::Tensor read =
      sequences.read_features.narrow(0, 0, sequences.read_features.size(0) - 1);
  return trilinear_tensor(forms, age) * read;
}

/// rms that T leaves of the outputs of all sequences, over their rms. A few sequences at a time:
/// the triple products of all need not fit into memory.
double difference_of(const torch::Tensor& tensor, double eigenvalue,
                     const SampleSequences& sequences, const torch::Tensor& outputs) {
  constexpr int64_t kMostNumbers = 20'000'000;
  const int64_t d = sequences.tokens.size(2);
  const int64_t at_once =
      std::max<int64_t>(1, kMostNumbers / (sequences.tokens.size(1) * d * d * d));
  torch::Tensor found = at::empty_like(outputs);
  int64_t row = 0;
  for (int64_t first = 0; first < sequences.tokens.size(0); first += at_once) {
    const torch::Tensor products =
        triple_products(sequence_rows(sequences, first, at_once), eigenvalue, kMostNumbers);
    found.narrow(0, row, products.size(0)).copy_(trilinear_outputs(tensor, products));
    row += products.size(0);
  }
  return std::sqrt(relative_mean_square(found, outputs));
}

std::optional<std::string> obstacle_of(const NeuronFindings& neurons,
                                       const FunctionFindings& found) {
  if (auto outside = outside_neuron(neurons)) return outside;
  if (found.polarised_difference <= kMostDifference) return std::nullopt;
  return concatenate(
      "no exact kernel form: the eigenvalues of neurons that matter are neither 0 nor one common "
      "value; with every λ above 0.5 set to ",
      found.decay.eigenvalue, " and the others to 0 the outputs change by ",
      found.polarised_difference, " of their size (rms)");
}

}  // namespace

FunctionFindings find_function(const StateForms& forms, const NeuronFindings& neurons,
                               const SampleSequences& sequences) {
  FunctionFindings found;
  found.tensor = visible_tensor(forms, sequences, 0);
  found.decay = memory_decay(found.tensor, visible_tensor(forms, sequences, 1));
  const double eigenvalue = found.decay.eigenvalue;
  const torch::Tensor outputs =
      counted(sequences, outputs_of(forms, states_of(forms, sequences.tokens)));
  const torch::Tensor polarised =
      counted(sequences, polarised_outputs(forms, eigenvalue, sequences.tokens));
  found.polarised_difference = std::sqrt(relative_mean_square(polarised, outputs));
  found.obstacle = obstacle_of(neurons, found);
  if (found.obstacle) return found;
  const PolynomialKernels kernels =
      visible_kernels(polynomial_kernels(forms), sequences.read_features);
  found.norms = kernel_norms(kernels);
  found.strengths = kernel_strengths(kernels);
  found.memory = memory_modes(kernels, eigenvalue, sequences);
  found.queries = query_modes(kernels, eigenvalue, sequences);
  found.attention_difference = difference_of(found.tensor, eigenvalue, sequences, outputs);
  return found;
}

Json to_json(const FunctionFindings& function) {
  if (function.obstacle) {
    return {{"applies", false},
            {"reason", *function.obstacle},
            {"polarised_difference", function.polarised_difference}};
  }
  return {{"applies", true},
          {"memory_decay", to_json(function.decay)},
          {"polarised_difference", function.polarised_difference},
          {"norms", to_json(function.norms)},
          {"strengths", to_json(function.strengths)},
          {"attention_difference", function.attention_difference},
          {"memory_modes", to_json(function.memory)},
          {"query_modes", to_json(function.queries)},
          {"trilinear_tensor", tensor_json(function.tensor)}};
}

}  // namespace gril
