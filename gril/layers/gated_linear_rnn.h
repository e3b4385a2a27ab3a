#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gril/base/config_section.h"
#include "gril/layers/sequence_layer.h"

namespace gril {

/// Settings of a GatedLinearRnn. Letters: d input_size, n state_size, m gate_size.
struct GatedLinearRnnOptions {
  int64_t input_size = 0;   ///< d; required
  int64_t output_size = 0;  ///< features of an output; required
  int64_t state_size = 0;   ///< n, hidden neurons; required
  int64_t gate_size = 0;    ///< m, products in the output gate; required
  bool side_gate = false;   ///< the output gate's first factor reads the input, not the state
  /// What is trained: "free", λ itself; "double_exponential", ν with λ = exp(-exp(ν)) in (0, 1).
  std::string eigenvalue_form = "free";
};

/// Gated RNN with a diagonal real linear recurrence between two multiplicative gates.
/// Source: Gated recurrent neural networks discover attention (arXiv 2309.01775), the simplified
/// model. xa_t = (x_t ; 1) is the input with a 1 appended; there are no biases.
///
///     g_t = (W_m^in xa_t) ⊙ (W_x^in xa_t)
///     h_t = λ ⊙ h_{t-1} + g_t
///     y_t = D ((W_m^out h_t) ⊙ (W_x^out h_t))           side_gate: (W_m^out xa_t) ⊙ (W_x^out h_t)
///
/// Parameters: input_gate W_m^in and input_map W_x^in (n, d+1); eigenvalues λ (n), any real number,
/// or log_decay_rate ν (n) with "double_exponential"; output_gate W_m^out (m, n), side_gate:
/// (m, d+1); output_map W_x^out (m, n); readout D (output_size, m).
/// State: h (B, n).
class GatedLinearRnn : public SequenceLayer {
 public:
  /// Starts as initialize(0), float32. Errors: InvalidArgument "[gated_linear_rnn] …".
  explicit GatedLinearRnn(const GatedLinearRnnOptions& options);

  SequenceOutput forward(const torch::Tensor& input, const LayerState& state) const override;
  LayerState initial_state(int64_t batch) const override;
  int64_t input_size() const override { return options_.input_size; }
  int64_t output_size() const override { return options_.output_size; }
  /// Every matrix N(0, 1/columns). "free": λ Uniform(0, 1); "double_exponential": λ²
  /// Uniform(0.001, 0.999).
  void initialize(uint64_t seed) override;
  std::vector<std::string> recurrence_parameters() const override;
  double operations_per_token() const override;

  const GatedLinearRnnOptions& options() const { return options_; }
  /// λ (n), whatever is trained; differentiable in it.
  torch::Tensor eigenvalues() const;

 private:
  bool trains_log_rate() const { return options_.eigenvalue_form == "double_exponential"; }

  GatedLinearRnnOptions options_;
  torch::Tensor input_gate_, input_map_, output_gate_, output_map_, readout_;
  torch::Tensor recurrence_;  ///< λ or ν
};

/// Reads the options from a configuration; finishes the section. Errors: InvalidArgument.
GatedLinearRnnOptions read_gated_linear_rnn_options(ConfigSection& section);
/// Every option with its value.
Json to_json(const GatedLinearRnnOptions& options);

}  // namespace gril
