#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gril/base/config_section.h"
#include "gril/layers/attention_maps.h"
#include "gril/layers/sequence_layer.h"

namespace gril {

/// Settings of a SoftmaxAttention. Letters: D input_size, m output_size, H heads, dv value_size,
/// dk key_size.
struct SoftmaxAttentionOptions {
  int64_t input_size = 0;   ///< D; required
  int64_t output_size = 0;  ///< m; 0 stands for H·dv. Must be H·dv without output_map
  int64_t heads = 1;        ///< H
  int64_t value_size = 0;   ///< dv per head; 0 stands for D / H
  int64_t key_size = 0;     ///< dk per head; 0 stands for D / H
  bool output_map = false;  ///< whether W_O exists
  bool scale = true;        ///< whether scores are divided by √dk
  /// What tells the order of tokens: "none"; "rotary", keys and queries turned by their position
  /// (needs an even dk).
  std::string positions = "none";
  double rotary_base = 10000.0;  ///< b of the rotary frequencies, above 1
  bool causal = true;            ///< false: a token sees the whole sequence, later tokens too
};

/// Softmax self-attention, the current token included: causal with a cache of keys and values, or
/// over the whole sequence as in an encoder.
/// Source: Attention is all you need (arXiv 1706.03762); positions: RoFormer (arXiv 2104.09864).
///
///     v_t = W_V x_t,  k_t = R_t W_K x_t,  q_t = R_t W_Q x_t                 per head
///     α_ts = exp(c k_s·q_t) / Σ_{r≤t} exp(c k_r·q_t),  c = 1/√dk or 1
///     y_t = W_O [ Σ_{s≤t} α_ts v_s ]_heads                                  W_O = I when absent
///
/// With causal = false both sums run over all T tokens of the sequence instead, padding excepted.
/// R_t = I with "none"; with "rotary" R_t turns the pair of features (2i, 2i+1) by the angle
/// t·b^(-2i/dk), t the number of earlier tokens, so that a score depends on s - t only.
///
/// Parameters: value_map (H·dv, D), key_map and query_map (H·dk, D), output_map (m, H·dv) when
/// asked for.
/// State, causal: the keys (B, S, H, dk), turned, and values (B, S, H, dv) of all S tokens so far.
/// It grows by H·(dk + dv) numbers per token, so a step is neither of constant time nor of constant
/// memory; initial_state has S = 0. State otherwise: the tokens seen (B), as in whole_sequence.h;
/// the sequence must come at once. Cost: forward needs memory for H·T·(S + T) scores per sequence.
class SoftmaxAttention : public SequenceLayer {
 public:
  /// Starts as initialize(0), float32. Errors: InvalidArgument "[softmax_attention] …".
  explicit SoftmaxAttention(const SoftmaxAttentionOptions& options);

  SequenceOutput forward(const torch::Tensor& input, const LayerState& state) const override;
  PaddedSequences forward_padded(const PaddedSequences& sequences) const override;
  /// errors  c10::ValueError "[softmax_attention] …" unless causal.
  SequenceOutput step(const torch::Tensor& input, const LayerState& state) const override;
  LayerState initial_state(int64_t batch) const override;
  bool causal() const override { return options_.causal; }
  int64_t input_size() const override { return options_.input_size; }
  int64_t output_size() const override { return options_.output_size; }
  /// Every map N(0, 1/fan-in).
  void initialize(uint64_t seed) override;
  std::vector<std::string> recurrence_parameters() const override { return {}; }
  /// Of a token that sees itself alone; each other one that it sees adds 2·H·(dk + dv) + H.
  double operations_per_token() const override;

  /// With every size filled in.
  const SoftmaxAttentionOptions& options() const { return options_; }

 private:
  /// The state behind `earlier` tokens, without memory for its zeros.
  LayerState cache_of_zeros(int64_t batch, int64_t earlier) const;
  /// R_t for T tokens after `earlier` ones: vectors (B, T, H, dk).
  torch::Tensor turned(const torch::Tensor& vectors, int64_t earlier) const;
  /// The outputs for input (B, T, D) behind `earlier` tokens, from the keys and values of all S
  /// tokens that there are. hidden, of a shape that expands to (B, H, T, S): whether token t leaves
  /// out token s; undefined: none is left out.
  torch::Tensor attend(const torch::Tensor& input, int64_t earlier, const LayerState& tokens,
                       const torch::Tensor& hidden) const;

  SoftmaxAttentionOptions options_;
  AttentionMaps maps_;
};

/// The options with every size filled in. Errors: InvalidArgument "[softmax_attention] …".
SoftmaxAttentionOptions resolve(SoftmaxAttentionOptions options);
/// Reads the options from a configuration; finishes the section. Errors: InvalidArgument.
SoftmaxAttentionOptions read_softmax_attention_options(ConfigSection& section);
/// Every option with its value.
Json to_json(const SoftmaxAttentionOptions& options);

}  // namespace gril
