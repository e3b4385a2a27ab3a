#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gril/base/config_section.h"
#include "gril/layers/sequence_layer.h"

namespace gril {

/// Settings of a LinearRecurrentUnit. Letters: D input_size, m output_size, n state_size.
struct LinearRecurrentUnitOptions {
  int64_t input_size = 0;    ///< D; required
  int64_t output_size = 0;   ///< m; 0 stands for D. Must be D with feed_through
  int64_t state_size = 0;    ///< n, complex numbers of the state; required
  double r_min = 0.0;        ///< inner radius of the ring where λ starts, in [0, 1)
  double r_max = 1.0;        ///< outer radius, in (r_min, 1]
  double max_phase = 6.28;   ///< λ starts with a phase in [0, max_phase] radians; above 0
  bool feed_through = true;  ///< whether D_skip exists
};

/// The LRU: a diagonal complex linear recurrence between two linear maps.
/// Source: Resurrecting recurrent neural networks for long sequences (arXiv 2303.06349), with the
/// numbers of the first author's code (github.com/NicolasZucchet/minimal-LRU).
///
///     λ = exp(-exp(ν) + i exp(θ)),  γ = exp(g)
///     h_t = λ ⊙ h_{t-1} + γ ⊙ (B x_t)                     h complex
///     y_t = Re(C h_t) + D_skip ⊙ x_t
///
/// The ring is kept by construction: |λ| < 1. What stands around the recurrence in the variants of
/// arXiv 2309.01775 (gates, multilayer perceptrons) are layers of their own:
/// docs/gated_rnn_variants.md.
///
/// Parameters: log_decay_rate ν, log_phase θ and log_input_scale g (n); input_map_real and
/// input_map_imaginary, the parts of B (n, D); readout_real and readout_imaginary, the parts of C
/// (m, n); feed_through D_skip (D) when asked for.
/// State: h (B, n, 2), real and imaginary part.
class LinearRecurrentUnit : public SequenceLayer {
 public:
  /// Starts as initialize(0), float32. Errors: InvalidArgument "[linear_recurrent_unit] …".
  explicit LinearRecurrentUnit(const LinearRecurrentUnitOptions& options);

  SequenceOutput forward(const torch::Tensor& input, const LayerState& state) const override;
  LayerState initial_state(int64_t batch) const override;
  int64_t input_size() const override { return options_.input_size; }
  int64_t output_size() const override { return options_.output_size; }
  /// |λ|² Uniform(r_min², r_max²), phase Uniform(0, max_phase), γ = √(1 - |λ|²); both parts of B
  /// N(0, 1/(2 D)), both parts of C N(0, 1/n), D_skip N(0, 1).
  void initialize(uint64_t seed) override;
  /// ν, θ and g.
  std::vector<std::string> recurrence_parameters() const override;
  double operations_per_token() const override;

  /// With every size filled in.
  const LinearRecurrentUnitOptions& options() const { return options_; }
  /// λ (n), complex; differentiable in ν and θ.
  torch::Tensor eigenvalues() const;

 private:
  /// γ ⊙ (B x), complex (B, T, n).
  torch::Tensor scaled_input(const torch::Tensor& input) const;
  /// Re(C h) for complex h (B, T, n).
  torch::Tensor read(const torch::Tensor& states) const;

  LinearRecurrentUnitOptions options_;
  torch::Tensor log_decay_rate_, log_phase_, log_input_scale_;
  torch::Tensor input_map_real_, input_map_imaginary_;
  torch::Tensor readout_real_, readout_imaginary_, feed_through_;
};

/// The options with every size filled in. Errors: InvalidArgument "[linear_recurrent_unit] …".
LinearRecurrentUnitOptions resolve(LinearRecurrentUnitOptions options);
/// Reads the options from a configuration; finishes the section. Errors: InvalidArgument.
LinearRecurrentUnitOptions read_linear_recurrent_unit_options(ConfigSection& section);
/// Every option with its value.
Json to_json(const LinearRecurrentUnitOptions& options);

}  // namespace gril
