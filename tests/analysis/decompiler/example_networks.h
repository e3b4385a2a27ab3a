#pragma once

#include <torch/types.h>

#include <cstdint>

#include "gril/analysis/decompiler/attention_weights.h"
#include "gril/analysis/decompiler/gated_rnn_weights.h"

namespace gril {

/// Independent N(0, 1) float64 numbers.
torch::Tensor random_numbers(const std::vector<int64_t>& shape, uint64_t seed);

/// d features, n neurons, m gates, random weights; eigenvalues drawn from (0, 1), or, `polarised`,
/// 1 for every other neuron and 0 for the rest.
struct RandomNetwork {
  int64_t features = 3;
  int64_t neurons = 7;
  int64_t gates = 5;
  int64_t outputs = 2;
  bool side_gate = false;
  bool polarised = false;
};
GatedRnnWeights random_network(const RandomNetwork& sizes, uint64_t seed);

/// H random heads of W_O W_V and W_Kᵀ W_Q, entries N(0, 1/d); with a width, of that rank.
AttentionHeads random_heads(int64_t heads, int64_t features, int64_t width, uint64_t seed);

/// The network that stores Σ x xᵀ in d(d+1)/2 neurons and x in d more and computes these heads:
/// gated_rnn_attention.md 2.6. `decay`: λ of the memory.
GatedRnnWeights attention_network(const AttentionHeads& heads, double decay = 1.0);

/// Causal linear attention as the double sum of its definition: tokens (B, T, d) → (B, T, m).
torch::Tensor attention_outputs(const AttentionHeads& heads, double decay,
                                const torch::Tensor& tokens);

/// The same function in other coordinates, all invariances of gated_rnn_attention.md 2.8 at once:
/// neurons with one λ and one factor in common are mixed, three neurons are split in two, a gate is
/// split, factors are swapped and scaled, neurons are scaled, neurons and gates are permuted.
GatedRnnWeights in_other_coordinates(const GatedRnnWeights& weights, uint64_t seed);

/// The outputs of the layer itself, (B, T, m).
torch::Tensor layer_outputs(const GatedRnnWeights& weights, const torch::Tensor& tokens);

}  // namespace gril
