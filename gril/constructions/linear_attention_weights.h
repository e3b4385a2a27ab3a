#pragma once

#include <torch/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "gril/base/json.h"

namespace gril {

/// The matrices of one head, row-major.
struct LinearAttentionHead {
  std::vector<double> value_weights = {};   ///< W_V (value_size, width)
  std::vector<double> key_weights = {};     ///< W_K (key_size, width)
  std::vector<double> query_weights = {};   ///< W_Q (key_size, width)
  std::vector<double> output_weights = {};  ///< W_O (outputs, value_size); empty: the identity
};

/// Causal linear self-attention, the current token included, without softmax and without a scale:
///
///     y_t = Σ_h W_O Σ_{s≤t} λ^{t-s} cos(θ(t-s)) (W_V x_s) ((W_K x_s)·(W_Q x_t))
///
/// Source: gated_rnn_attention.md 1, eq. (1); heads 2.6; decay λ and rotation θ 3.5: the weight is
/// the real part of (λ e^{iθ})^{t-s}, the rotary position of keys and queries that are real.
struct LinearAttentionWeights {
  int64_t width = 1;       ///< d, features of a token
  int64_t outputs = 1;     ///< features of y
  int64_t value_size = 1;  ///< rows of W_V
  int64_t key_size = 1;    ///< rows of W_K and W_Q
  double decay = 1.0;      ///< λ in (0, 1]
  double rotation = 0.0;   ///< θ in [0, π], radians per token
  std::vector<LinearAttentionHead> heads = {};
};

/// Errors: InvalidArgument "[linear_attention] …" for sizes below 1, no head, a matrix of another
/// size or with numbers that are not finite, a missing W_O that is not square, a decay or rotation
/// outside its range.
void check(const LinearAttentionWeights& attention);

/// For constructions of one head. Errors: InvalidArgument "[linear_attention] …" for several, and
/// those of check.
void check_one_head(const LinearAttentionWeights& attention);

/// The matrices of head `head` as float64 tensors, W_O always present.
struct AttentionMatrices {
  torch::Tensor value;   ///< (value_size, width)
  torch::Tensor key;     ///< (key_size, width)
  torch::Tensor query;   ///< (key_size, width)
  torch::Tensor output;  ///< (outputs, value_size)
};
AttentionMatrices attention_matrices(const LinearAttentionWeights& attention, std::size_t head);

/// Numbers in the matrices of all heads: 3d² for one square head.
int64_t parameter_count(const LinearAttentionWeights& attention);

/// The algorithm in words, without a full stop.
std::string sentence(const LinearAttentionWeights& attention);

/// An object with every field, and back.
/// Errors: InvalidArgument for missing or unknown keys and values outside their range; `where` and
/// `path` name the object.
Json to_json(const LinearAttentionWeights& attention);
LinearAttentionWeights read_linear_attention_weights(const Json& tree, const std::string& where,
                                                     const std::string& path);

}  // namespace gril
