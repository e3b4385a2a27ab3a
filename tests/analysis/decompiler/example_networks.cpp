#include "tests/analysis/decompiler/example_networks.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>

#include <cmath>

namespace gril {
namespace {

torch::Tensor generator_numbers(const std::vector<int64_t>& shape, at::Generator generator) {
  return at::empty(shape, at::kDouble).normal_(0, 1, generator);
}

/// Mixes the neurons of a group, which have one eigenvalue and one first factor in common.
void mix_group(GatedRnnWeights& weights, const torch::Tensor& group,
               const at::Generator& generator) {
  const int64_t count = group.numel();
  const torch::Tensor mixing =
      generator_numbers({count, count}, generator) + 3.0 * at::eye(count, at::kDouble);
  const torch::Tensor unmixing = at::linalg_inv(mixing);
  weights.input_map.index_copy_(0, group,
                                at::matmul(mixing, weights.input_map.index_select(0, group)));
  const auto unmix = [&](torch::Tensor& columns) {
    columns.index_copy_(1, group, at::matmul(columns.index_select(1, group), unmixing));
  };
  if (!weights.side_gate) unmix(weights.output_gate);
  unmix(weights.output_map);
}

/// Mixes every such group: the queries, and the memory neurons that share a factor.
void mix_neurons(GatedRnnWeights& weights, const at::Generator& generator) {
  for (int64_t n = 0; n < weights.state_size(); ++n) {
    const torch::Tensor alike = (weights.input_gate == weights.input_gate[n])
                                    .all(1)
                                    .logical_and(weights.eigenvalues == weights.eigenvalues[n]);
    const torch::Tensor group = alike.nonzero().squeeze(1);
    const bool is_first = group[0].item<int64_t>() == n;
    if (is_first && group.numel() > 1) mix_group(weights, group, generator);
  }
}

/// Neuron n becomes two: its first factor is the sum of theirs.
void split_neuron(GatedRnnWeights& weights, int64_t n, const at::Generator& generator) {
  const torch::Tensor part = generator_numbers({weights.input_gate.size(1)}, generator);
  weights.input_gate = at::cat({weights.input_gate, part.unsqueeze(0)});
  weights.input_gate[n] -= part;
  weights.input_map = at::cat({weights.input_map, weights.input_map[n].unsqueeze(0)});
  weights.eigenvalues = at::cat({weights.eigenvalues, weights.eigenvalues[n].unsqueeze(0)});
  const auto double_column = [&](torch::Tensor& columns) {
    columns = at::cat({columns, columns.narrow(1, n, 1)}, 1);
  };
  if (!weights.side_gate) double_column(weights.output_gate);
  double_column(weights.output_map);
}

/// Gate g becomes two: its second factor is the sum of theirs.
void split_gate(GatedRnnWeights& weights, int64_t g, const at::Generator& generator) {
  const torch::Tensor part = generator_numbers({weights.output_map.size(1)}, generator);
  weights.output_map = at::cat({weights.output_map, part.unsqueeze(0)});
  weights.output_map[g] -= part;
  weights.output_gate = at::cat({weights.output_gate, weights.output_gate[g].unsqueeze(0)});
  weights.readout = at::cat({weights.readout, weights.readout.narrow(1, g, 1)}, 1);
}

/// Swaps the factors of every other row and moves a scale between all of them.
void move_between_factors(torch::Tensor& first, torch::Tensor& second,
                          const at::Generator& generator) {
  const int64_t rows = first.size(0);
  const torch::Tensor scales = generator_numbers({rows, 1}, generator).mul(0.5).exp();
  const torch::Tensor scaled = first * scales;
  const torch::Tensor unscaled = second / scales;
  if (first.size(1) != second.size(1)) {
    first = scaled;
    second = unscaled;
    return;
  }
  const torch::Tensor swapped = (at::arange(rows, at::kLong).remainder(2) == 1).unsqueeze(1);
  first = at::where(swapped, unscaled, scaled);
  second = at::where(swapped, scaled, unscaled);
}

void scale_neurons(GatedRnnWeights& weights, const at::Generator& generator) {
  const torch::Tensor scales = generator_numbers({weights.state_size()}, generator).mul(0.5).exp();
  weights.input_gate = weights.input_gate * scales.unsqueeze(1);
  if (!weights.side_gate) weights.output_gate = weights.output_gate / scales;
  weights.output_map = weights.output_map / scales;
}

void permute(GatedRnnWeights& weights, const at::Generator& generator) {
  const torch::Tensor neurons = generator_numbers({weights.state_size()}, generator).argsort();
  const torch::Tensor gates = generator_numbers({weights.gate_size()}, generator).argsort();
  for (torch::Tensor* rows : {&weights.input_gate, &weights.input_map, &weights.eigenvalues}) {
    *rows = rows->index_select(0, neurons);
  }
  if (!weights.side_gate) weights.output_gate = weights.output_gate.index_select(1, neurons);
  weights.output_map = weights.output_map.index_select(1, neurons).index_select(0, gates);
  weights.output_gate = weights.output_gate.index_select(0, gates);
  weights.readout = weights.readout.index_select(1, gates);
}

GatedRnnWeights copy_of(const GatedRnnWeights& weights) {
  GatedRnnWeights copy = weights;
  for (torch::Tensor* tensor : {&copy.input_gate, &copy.input_map, &copy.eigenvalues,
                                &copy.output_gate, &copy.output_map, &copy.readout}) {
    *tensor = tensor->clone();
  }
  return copy;
}

}  // namespace

torch::Tensor random_numbers(const std::vector<int64_t>& shape, uint64_t seed) {
  return generator_numbers(shape, at::make_generator<at::CPUGeneratorImpl>(seed));
}

GatedRnnWeights random_network(const RandomNetwork& sizes, uint64_t seed) {
  const auto generator = at::make_generator<at::CPUGeneratorImpl>(seed);
  const auto draw = [&](int64_t rows, int64_t columns) {
    return generator_numbers({rows, columns}, generator) / std::sqrt(static_cast<double>(columns));
  };
  const int64_t n = sizes.neurons;
  GatedRnnWeights weights;
  weights.input_gate = draw(n, sizes.features + 1);
  weights.input_map = draw(n, sizes.features + 1);
  weights.eigenvalues = at::rand({n}, generator, at::kDouble);
  if (sizes.polarised) {
    weights.eigenvalues = at::arange(n, at::kDouble).add(1.0).remainder(2.0);
  }
  weights.output_gate = draw(sizes.gates, sizes.side_gate ? sizes.features + 1 : n);
  weights.output_map = draw(sizes.gates, n);
  weights.readout = draw(sizes.outputs, sizes.gates);
  weights.side_gate = sizes.side_gate;
  return weights;
}

AttentionHeads random_heads(int64_t heads, int64_t features, int64_t width, uint64_t seed) {
  const auto generator = at::make_generator<at::CPUGeneratorImpl>(seed);
  const double scale = 1.0 / std::sqrt(static_cast<double>(features));
  const auto draw = [&](int64_t rows, int64_t columns) {
    return scale * generator_numbers({heads, rows, columns}, generator);
  };
  if (width == 0) {
    const torch::Tensor values = draw(features, features);
    return {values, draw(features, features)};
  }
  const torch::Tensor values = at::matmul(draw(features, width), draw(width, features));
  return {values, at::matmul(draw(features, width), draw(width, features))};
}

GatedRnnWeights attention_network(const AttentionHeads& heads, double decay) {
  const torch::Tensor tensor = attention_tensor(heads);
  const int64_t d = tensor.size(1);
  const torch::Tensor unit = at::eye(d + 1, at::kDouble);
  std::vector<torch::Tensor> gates, maps, columns, memory, queries;
  const int64_t pairs = d * (d + 1) / 2;
  const torch::Tensor neuron = at::eye(pairs + d, at::kDouble);
  for (int64_t a = 0; a < d; ++a) {
    for (int64_t b = a; b < d; ++b) {
      const auto pair = static_cast<int64_t>(gates.size());
      gates.push_back(unit[a]);
      maps.push_back(unit[b]);
      for (int64_t c = 0; c < d; ++c) {
        memory.push_back(neuron[pair]);
        queries.push_back(neuron[pairs + c]);
        columns.push_back(tensor.select(1, a).select(1, b).select(1, c) * (a == b ? 1.0 : 2.0));
      }
    }
  }
  for (int64_t c = 0; c < d; ++c) {
    gates.push_back(unit[d]);
    maps.push_back(unit[c]);
  }
  const torch::Tensor eigenvalues =
      at::cat({at::full({pairs}, decay, at::kDouble), at::zeros({d}, at::kDouble)});
  return {at::stack(gates),  at::stack(maps),    eigenvalues,
          at::stack(memory), at::stack(queries), at::stack(columns, 1)};
}

torch::Tensor attention_outputs(const AttentionHeads& heads, double decay,
                                const torch::Tensor& tokens) {
  torch::Tensor outputs =
      at::zeros({tokens.size(0), tokens.size(1), heads.values.size(1)}, at::kDouble);
  for (int64_t h = 0; h < heads.values.size(0); ++h) {
    for (int64_t t = 0; t < tokens.size(1); ++t) {
      for (int64_t s = 0; s <= t; ++s) {
        const torch::Tensor score =
            (at::matmul(tokens.select(1, s), heads.products[h]) * tokens.select(1, t))
                .sum(1, /*keepdim=*/true);
        outputs.select(1, t) += std::pow(decay, static_cast<double>(t - s)) * score *
                                at::matmul(tokens.select(1, s), heads.values[h].t());
      }
    }
  }
  return outputs;
}

GatedRnnWeights in_other_coordinates(const GatedRnnWeights& weights, uint64_t seed) {
  const auto generator = at::make_generator<at::CPUGeneratorImpl>(seed);
  GatedRnnWeights other = copy_of(weights);
  mix_neurons(other, generator);
  for (const int64_t n : {int64_t{0}, int64_t{1}, other.state_size() - 1}) {
    split_neuron(other, n, generator);
  }
  split_gate(other, other.gate_size() / 2, generator);
  move_between_factors(other.input_gate, other.input_map, generator);
  move_between_factors(other.output_gate, other.output_map, generator);
  scale_neurons(other, generator);
  permute(other, generator);
  return other;
}

torch::Tensor layer_outputs(const GatedRnnWeights& weights, const torch::Tensor& tokens) {
  const at::NoGradGuard no_gradients;
  return gated_rnn_model(weights)->forward(tokens, {}).output;
}

}  // namespace gril
