#pragma once

#include <c10/util/Optional.h>

#include <cstdint>
#include <string>
#include <vector>

#include "gril/base/config_section.h"
#include "gril/layers/sequence_layer.h"

namespace gril {

/// Settings of a SelectiveStateSpace. Letters: D input_size, m output_size, E channels,
/// N state_size, r timescale_rank, w window.
struct SelectiveStateSpaceOptions {
  int64_t input_size = 0;      ///< D; required
  int64_t output_size = 0;     ///< m; 0 stands for D
  int64_t channels = 0;        ///< E, recurrences side by side; 0 stands for 2 D
  int64_t state_size = 16;     ///< N, numbers of the state of a channel
  int64_t timescale_rank = 0;  ///< r, rank of the map into Δ; 0 stands for D / 16, rounded up
  int64_t window = 4;          ///< w, tokens in the short convolution, the current one included
};

/// The block of Mamba: a diagonal recurrence whose step in time, input map and readout depend on
/// the token, behind a short causal convolution and before a gate.
/// Source: Mamba (arXiv 2312.00752), algorithm 2 and figure 3; start of the parameters as in its
/// code (github.com/state-spaces/mamba). No norm and no residual: normalization.h and residual.h.
///
///     u_t = W_u x_t,  z_t = W_z x_t                                        both (E)
///     c_t = silu(a + Σ_{j<w} K[:, j] ⊙ u_{t-j})                            u = 0 before the start
///     Δ_t = softplus(W_Δ W_r c_t + δ),  B_t = W_B c_t,  C_t = W_C c_t      (E), (N), (N)
///     h_t[e, n] = exp(-Δ_t[e] exp(ν[e, n])) h_{t-1}[e, n] + Δ_t[e] B_t[n] c_t[e]
///     y_t = W_O (silu(z_t) ⊙ (h_t C_t + D_skip ⊙ c_t))
///
/// The paper's A is -exp(ν): every factor of the recurrence lies in (0, 1).
///
/// Parameters: input_map W_u and gate_map W_z (E, D); convolution K (E, w), column j for offset j
/// back from the current token, and convolution_bias a (E); timescale_reduction W_r (r, E),
/// timescale_map W_Δ (E, r) and timescale_bias δ (E); state_input_map W_B and readout_map W_C
/// (N, E); log_decay_rate ν (E, N); feed_through D_skip (E); output_map W_O (m, E).
/// State: h (B, E, N) and the last w-1 tokens of u (B, w-1, E).
/// Cost: forward keeps a factor, an input and a state of B·T·E·N numbers each for the gradient.
class SelectiveStateSpace : public SequenceLayer {
 public:
  /// Starts as initialize(0), float32. Errors: InvalidArgument "[selective_state_space] …".
  explicit SelectiveStateSpace(const SelectiveStateSpaceOptions& options);

  SequenceOutput forward(const torch::Tensor& input, const LayerState& state) const override;
  LayerState initial_state(int64_t batch) const override;
  int64_t input_size() const override { return options_.input_size; }
  int64_t output_size() const override { return options_.output_size; }
  /// exp(ν[e, n]) = n + 1 for n = 0 … N-1, D_skip 1; softplus(δ) log-uniform in [1e-3, 1e-1];
  /// W_Δ Uniform(±1/√r), K and a Uniform(±1/√w); every other map N(0, 1/columns).
  void initialize(uint64_t seed) override;
  /// ν and δ.
  std::vector<std::string> recurrence_parameters() const override;
  /// An exponential, logarithm or activation counts as one operation.
  double operations_per_token() const override;

  /// With every size filled in.
  const SelectiveStateSpaceOptions& options() const { return options_; }

 private:
  /// c (B, T, E) from u and the w-1 tokens before it.
  torch::Tensor convolved(const torch::Tensor& stream,
                          const c10::optional<at::Tensor>& history) const;
  /// h (B, T, E, N), from h_0 or, where it is undefined, from zeros.
  torch::Tensor scanned(const torch::Tensor& convolved, const torch::Tensor& initial) const;

  SelectiveStateSpaceOptions options_;
  torch::Tensor input_map_, gate_map_, convolution_, convolution_bias_;
  torch::Tensor timescale_reduction_, timescale_map_, timescale_bias_;
  torch::Tensor state_input_map_, readout_map_, log_decay_rate_, feed_through_, output_map_;
};

/// The options with every size filled in. Errors: InvalidArgument "[selective_state_space] …".
SelectiveStateSpaceOptions resolve(SelectiveStateSpaceOptions options);
/// Reads the options from a configuration; finishes the section. Errors: InvalidArgument.
SelectiveStateSpaceOptions read_selective_state_space_options(ConfigSection& section);
/// Every option with its value.
Json to_json(const SelectiveStateSpaceOptions& options);

}  // namespace gril
