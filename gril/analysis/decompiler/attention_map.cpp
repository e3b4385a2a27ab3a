#include "gril/analysis/decompiler/attention_map.h"

#include <ATen/ATen.h>

#include "gril/analysis/decompiler/eigenvalue_classes.h"
#include "gril/analysis/tensor_json.h"
#include "gril/base/check.h"

namespace gril {
namespace {

constexpr const char* kWhere = "attention_map";

void check(const StateForms& forms, const torch::Tensor& tokens) {
  constexpr int64_t kMostTokens = 256;
  const int64_t width = forms.input_gate.size(1) - 1;
  require(tokens.dim() == 2 && tokens.size(1) == width, kWhere, "the sequence must have ", width,
          " features per token; got ", tokens.dim() == 2 ? tokens.size(1) : 0, '.');
  require(tokens.size(0) >= 1 && tokens.size(0) <= kMostTokens, kWhere,
          "the sequence must have 1 to ", kMostTokens, " tokens; got ", tokens.size(0),
          ". Shorten it.");
}

/// What the input gate of memory neuron m wrote at s, as it stands at t: (T, T, memory), 0 for s >
/// t.
torch::Tensor written(const StateForms& forms, const torch::Tensor& memory,
                      const torch::Tensor& tokens) {
  const int64_t length = tokens.size(0);
  const torch::Tensor augmented = augmented_tokens(tokens);
  const torch::Tensor inputs = at::matmul(augmented, forms.input_gate.index_select(0, memory).t()) *
                               at::matmul(augmented, forms.input_map.index_select(0, memory).t());
  const torch::Tensor times = at::arange(length, at::kDouble);
  const torch::Tensor ages = times.unsqueeze(1) - times.unsqueeze(0);
  const torch::Tensor weights =
      at::pow(forms.eigenvalues.index_select(0, memory), ages.clamp_min(0).unsqueeze(2)) *
      (ages >= 0).unsqueeze(2);
  return weights * inputs.unsqueeze(0);
}

torch::Tensor over(const torch::Tensor& numerator, const torch::Tensor& denominator) {
  return at::where(denominator > 0, numerator / denominator, at::zeros_like(numerator));
}

}  // namespace

AttentionMap attention_map(const StateForms& forms, const torch::Tensor& tokens) {
  check(forms, tokens);
  const Polarity neurons = polarity(forms.eigenvalues);
  const torch::Tensor states = states_of(forms, tokens.unsqueeze(0))[0];
  const torch::Tensor outputs = outputs_of(forms, states);
  const torch::Tensor crossed =
      forms.output_forms.index_select(1, neurons.memory).index_select(2, neurons.forget);
  const torch::Tensor read =
      2.0 * at::einsum("kmn,tn->tkm", {crossed, states.index_select(1, neurons.forget)});
  const torch::Tensor contributions =
      at::einsum("tsm,tkm->tsk", {written(forms, neurons.memory, tokens), read});
  const torch::Tensor square = outputs.square().sum(1, /*keepdim=*/true);
  AttentionMap map;
  map.norms = contributions.norm(2, {2});
  map.shares = over((contributions * outputs.unsqueeze(1)).sum(2), square);
  map.remainder = over((outputs - contributions.sum(1)).norm(2, {1}), square.squeeze(1).sqrt());
  return map;
}

Json to_json(const AttentionMap& map) {
  return {{"norms", matrix_json(map.norms)},
          {"shares", matrix_json(map.shares)},
          {"remainder", vector_json(map.remainder)}};
}

}  // namespace gril
