#pragma once

#include <torch/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "gril/base/json.h"
#include "gril/models/checkpoint.h"

namespace gril {

/// One head of causal linear self-attention, as a claim that a model can make:
/// y_t = (Σ_{s≤t} (W_V x_s)(W_K x_s)ᵀ) W_Q x_t. Matrices (d, d), row-major.
struct LinearAttentionWeights {
  int64_t width = 1;  ///< d
  std::vector<double> value_weights;
  std::vector<double> key_weights;
  std::vector<double> query_weights;
};

/// Matrices with independent N(0, 1/d) entries, from `seed` alone.
/// Errors: InvalidArgument "[linear_attention] …" when width < 1.
LinearAttentionWeights random_linear_attention(int64_t width, uint64_t seed);

/// The claim in words.
std::string sentence(const LinearAttentionWeights& attention);

/// The claim as it is stored in a model, and back. Errors: InvalidArgument.
Json to_json(const LinearAttentionWeights& attention, double tolerance);
LinearAttentionWeights read_linear_attention_weights(const Json& claim, const std::string& where);

/// Weights with which a GatedLinearRnn computes linear self-attention exactly. Source: Gated
/// recurrent neural networks discover attention (arXiv 2309.01775), basic construction;
/// gated_rnn_attention.md 2.1. State n = d² + d, gates m = d², indices from 0:
///
///     neuron i·d + j   holds Σ v_i k_j:  input_map row (W_V row i, 0), input_gate row (W_K row j,
///     0),
///                                        eigenvalue 1
///     neuron d² + j    holds q_j:        input_map row (W_Q row j, 0), input_gate row (0, 1),
///                                        eigenvalue 0
///     gate i·d + j     = neuron i·d + j times neuron d² + j,  readout[i, i·d + j] = 1
///
/// dtype    float32 or float64: the precision the weights are rounded to.
/// returns  an ordinary model with its claim (tolerance 1e-10, float32: 1e-5).
/// errors   InvalidArgument "[linear_attention] …" for matrices of the wrong size.
ModelFile linear_attention_as_gated_rnn(const LinearAttentionWeights& attention,
                                        torch::Dtype dtype);

}  // namespace gril
