#include "gril/analysis/decompiler/state_forms.h"

#include <ATen/ATen.h>

#include <vector>

namespace gril {
namespace {

/// The weights with a side gate's input as further neurons of λ = 0, whose rows read them.
GatedRnnWeights with_reading_neurons(GatedRnnWeights weights) {
  if (!weights.side_gate) return weights;
  const int64_t width = weights.input_size() + 1;
  const int64_t gates = weights.gate_size();
  const int64_t neurons = weights.state_size();
  const torch::Tensor features = at::eye(width, at::kDouble);
  const torch::Tensor one = features.select(0, width - 1).unsqueeze(0).expand({width, width});
  const auto zeros = [](int64_t rows, int64_t columns) {
    return at::zeros({rows, columns}, at::kDouble);
  };
  weights.input_gate = at::cat({weights.input_gate, one});
  weights.input_map = at::cat({weights.input_map, features});
  weights.eigenvalues = at::cat({weights.eigenvalues, at::zeros({width}, at::kDouble)});
  weights.output_gate = at::cat({zeros(gates, neurons), weights.output_gate}, 1);
  weights.output_map = at::cat({weights.output_map, zeros(gates, width)}, 1);
  weights.side_gate = false;
  return weights;
}

}  // namespace

torch::Tensor symmetrised(const torch::Tensor& tensor, int64_t axis, int64_t other_axis) {
  return 0.5 * (tensor + tensor.transpose(axis, other_axis));
}

StateForms state_forms(const GatedRnnWeights& weights) {
  const GatedRnnWeights plain = with_reading_neurons(weights);
  const torch::Tensor gates =
      at::einsum("kg,gm,gn->kmn", {plain.readout, plain.output_gate, plain.output_map});
  return {.input_gate = plain.input_gate,
          .input_map = plain.input_map,
          .output_forms = symmetrised(gates, 1, 2),
          .eigenvalues = plain.eigenvalues,
          .neurons = weights.state_size()};
}

torch::Tensor input_forms(const StateForms& forms) {
  return symmetrised(forms.input_gate.unsqueeze(2) * forms.input_map.unsqueeze(1), 1, 2);
}

torch::Tensor augmented_tokens(const torch::Tensor& tokens) {
  return at::constant_pad_nd(tokens, {0, 1}, 1.0);
}

torch::Tensor states_of(const StateForms& forms, const torch::Tensor& tokens) {
  const torch::Tensor augmented = augmented_tokens(tokens);
  const torch::Tensor inputs =
      at::matmul(augmented, forms.input_gate.t()) * at::matmul(augmented, forms.input_map.t());
  std::vector<torch::Tensor> states{inputs.select(1, 0)};
  for (int64_t t = 1; t < tokens.size(1); ++t) {
    states.push_back(forms.eigenvalues * states.back() + inputs.select(1, t));
  }
  return at::stack(states, 1);
}

torch::Tensor outputs_of(const StateForms& forms, const torch::Tensor& states) {
  std::vector<torch::Tensor> outputs;
  for (int64_t k = 0; k < forms.output_forms.size(0); ++k) {
    outputs.push_back((at::matmul(states, forms.output_forms.select(0, k)) * states).sum(-1));
  }
  return at::stack(outputs, -1);
}

}  // namespace gril
