#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gril/base/config_section.h"
#include "gril/layers/attention_maps.h"
#include "gril/layers/sequence_layer.h"
#include "gril/layers/state_decay.h"
#include "gril/ops/pointwise_activation.h"

namespace gril {

/// Settings of a DeepGril. Letters: D input_size, m output_size, H heads, dv value_size,
/// dk key_size, w window.
struct DeepGrilOptions {
  int64_t input_size = 0;   ///< D; required
  int64_t output_size = 0;  ///< m; 0 stands for D
  int64_t heads = 1;        ///< H
  int64_t value_size = 0;   ///< dv per head; 0 stands for D / H
  int64_t key_size = 0;     ///< dk per head; 0 stands for D / H
  int64_t window = 4;  ///< w, tokens that values, keys and queries see, the current one included
  std::string activation = "silu";  ///< of values, keys and queries: "none" or "silu"
  DecayKind decay = DecayKind::kPerHead;
  double fixed_decay = 1.0;  ///< λ in (0, 1], used with kFixed
  /// A trained λ = exp(-r) starts with r log-uniform between these two: memories of 1/r, so of 4 to
  /// 1000 tokens. With kPerHead every head has a part of the range for itself, the first head the
  /// longest memories.
  double min_rate = 1e-3;
  double max_rate = 0.25;
  bool head_norm = true;             ///< whether the readings of each head are normalised
  double epsilon = 1e-5;             ///< ε of head_norm, above 0
  std::string output_gate = "silu";  ///< "none", "sigmoid" or "silu"
  bool feed_through = false;         ///< whether d exists; needs m = D
};

/// The GRIL layer of deep networks: values, keys and queries that see a few tokens, their products
/// summed in a state per head, read out by multiplication, normalised and gated.
/// Source: Learning in the Recurrent State (arXiv 2410.11687) does not print the layer of its deep
/// networks; this one keeps its window, cross product, diagonal state and readout, with the norm of
/// RetNet (arXiv 2307.08621), the output gate of gated linear attention (arXiv 2312.06635) and
/// short convolutions as in Mamba (arXiv 2312.00752).
///
///     v_t, k_t, q_t = f(Σ_{j<w} K_j ⊙ W_{V, K, Q} x_{t-j})         f: activation
///     S_t = Λ ∘ S_{t-1} + v_t k_tᵀ,  o_t = S_t q_t / √dk           per head
///     n_t = a ⊙ o_t / √(mean(o_t²) + ε)                            per head
///     y_t = W_O (g(W_G x_t) ⊙ n_t) + d ⊙ x_t                       g: output_gate
///
/// x = 0 before the start. Without head_norm n = o; the gate and d ⊙ x are there on request.
///
/// The factor 1/√dk keeps products of queries and keys at the size of one number. Without head_norm
/// readings grow with the memory of the state.
///
/// Parameters: value_map W_V (H·dv, D), key_map W_K and query_map W_Q (H·dk, D); convolution K
/// (w, H·(dv + 2 dk)), row j for offset j back from the current token, columns for values, keys and
/// queries in this order; head_scale a (H·dv); gate_map W_G (H·dv, D); output_map W_O (m, H·dv);
/// feed_through d (D); the decay as in state_decay.h.
/// State: S (B, H, dv, dk) and the last w-1 tokens of W_{V, K, Q} x (B, w-1, H·(dv + 2 dk)).
class DeepGril : public SequenceLayer {
 public:
  /// Starts as initialize(0), float32. Errors: InvalidArgument "[deep_gril] …".
  explicit DeepGril(const DeepGrilOptions& options);

  SequenceOutput forward(const torch::Tensor& input, const LayerState& state) const override;
  LayerState initial_state(int64_t batch) const override;
  int64_t input_size() const override { return options_.input_size; }
  int64_t output_size() const override { return options_.output_size; }
  /// Maps N(0, 1/columns); K_0 1, the other offsets N(0, 0.1²), so that a stream starts close to
  /// the current token; a 1, d N(0, 1).
  void initialize(uint64_t seed) override;
  std::vector<std::string> recurrence_parameters() const override;
  /// An activation counts as one operation.
  double operations_per_token() const override;

  /// With every size filled in.
  const DeepGrilOptions& options() const { return options_; }

 private:
  /// H·(dv + 2 dk).
  int64_t stream_size() const;
  /// Whether W_G exists.
  bool is_gated() const { return gate_map_.defined(); }
  /// Features of values, keys, queries and, with a gate, W_G x: the columns of projected().
  std::vector<int64_t> stream_sizes() const;
  /// The projections of a token before the window, side by side.
  torch::Tensor projected(const torch::Tensor& input) const;
  /// y from the readings S_t q_t (B, T, H, dv), the projection W_G x and the token.
  torch::Tensor output(const torch::Tensor& readings, const c10::optional<at::Tensor>& gate,
                       const torch::Tensor& input) const;

  DeepGrilOptions options_;
  AttentionMaps maps_;
  StateDecay decay_;
  PointwiseActivation activation_;
  PointwiseActivation output_gate_;
  torch::Tensor convolution_, head_scale_, gate_map_, feed_through_;
};

/// The options with every size filled in. Errors: InvalidArgument "[deep_gril] …".
DeepGrilOptions resolve(DeepGrilOptions options);
/// Reads the options from a configuration; finishes the section. Errors: InvalidArgument.
DeepGrilOptions read_deep_gril_options(ConfigSection& section);
/// Every option with its value.
Json to_json(const DeepGrilOptions& options);

}  // namespace gril
