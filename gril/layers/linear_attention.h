#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gril/base/config_section.h"
#include "gril/layers/attention_maps.h"
#include "gril/layers/sequence_layer.h"
#include "gril/layers/state_decay.h"

namespace gril {

/// Settings of a LinearAttention. Letters: D input_size, m output_size, H heads, dv value_size,
/// dk key_size.
struct LinearAttentionOptions {
  int64_t input_size = 0;   ///< D; required
  int64_t output_size = 0;  ///< m; 0 stands for H·dv. Must be H·dv without output_map
  int64_t heads = 1;        ///< H
  int64_t value_size = 0;   ///< dv per head; 0 stands for D / H
  int64_t key_size = 0;     ///< dk per head; 0 stands for D / H
  bool output_map = false;  ///< whether W_O exists
  DecayKind decay = DecayKind::kFixed;
  double fixed_decay = 1.0;  ///< λ in (0, 1], used with kFixed; 1 is attention without decay
  /// Of the deviation of every map at the start, above 0. A stack of these layers without norm
  /// starts far too large at 1, because outputs grow with the third power of the tokens;
  /// arXiv 2212.07677 takes √(0.002 / layers).
  double initial_scale = 1.0;
};

/// Causal linear self-attention, without softmax and without a scale, the current token included.
/// Source: Gated recurrent neural networks discover attention (arXiv 2309.01775); with heads,
/// W_O and decay as options.
///
///     v_t = W_V x_t,  k_t = W_K x_t,  q_t = W_Q x_t                         per head
///     y_t = W_O [ (Σ_{s≤t} Λ^{t-s} ∘ v_s k_sᵀ) q_t ]_heads                  W_O = I when absent
///
/// Parameters: value_map (H·dv, D), key_map and query_map (H·dk, D), output_map (m, H·dv) when
/// asked for; the decay as in state_decay.h.
/// State: S (B, H, dv, dk).
class LinearAttention : public SequenceLayer {
 public:
  /// Starts as initialize(0), float32. Errors: InvalidArgument "[linear_attention] …".
  explicit LinearAttention(const LinearAttentionOptions& options);

  SequenceOutput forward(const torch::Tensor& input, const LayerState& state) const override;
  LayerState initial_state(int64_t batch) const override;
  int64_t input_size() const override { return options_.input_size; }
  int64_t output_size() const override { return options_.output_size; }
  /// Every map N(0, initial_scale²/fan-in), the decay as in state_decay.h.
  void initialize(uint64_t seed) override;
  std::vector<std::string> recurrence_parameters() const override;
  double operations_per_token() const override;

  /// With every size filled in.
  const LinearAttentionOptions& options() const { return options_; }

 private:
  LinearAttentionOptions options_;
  AttentionMaps maps_;
  StateDecay decay_;
};

/// The options with every size filled in. Errors: InvalidArgument "[linear_attention] …".
LinearAttentionOptions resolve(LinearAttentionOptions options);
/// Reads the options from a configuration; finishes the section. Errors: InvalidArgument.
LinearAttentionOptions read_linear_attention_options(ConfigSection& section);
/// Every option with its value.
Json to_json(const LinearAttentionOptions& options);

}  // namespace gril
