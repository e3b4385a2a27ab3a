#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gril/layers/recurrent_cell.h"
#include "gril/layers/sequence_layer.h"

namespace gril {

/// The gated recurrent unit, with torch's equations and computed by torch. Its output is the state
/// h; a `linear` layer behind it is the readout.
///
///     r_t = σ(W_r x_t + a_r + U_r h_{t-1} + b_r)                     z alike
///     n_t = tanh(W_n x_t + a_n + r_t ⊙ (U_n h_{t-1} + b_n))
///     h_t = (1 - z_t) ⊙ n_t + z_t ⊙ h_{t-1},  y_t = h_t
///
/// The second bias of n stands inside the product with the reset gate r; z keeps.
///
/// Parameters, rows in the order r, z, n: input_map W (3n, d), recurrent_map U (3n, n), input_bias
/// a and recurrent_bias b (3n).
/// State: h (B, n).
class Gru : public SequenceLayer {
 public:
  /// Starts as initialize(0), float32. Errors: InvalidArgument "[gru] …".
  explicit Gru(const RecurrentCellOptions& options);

  SequenceOutput forward(const torch::Tensor& input, const LayerState& state) const override;
  LayerState initial_state(int64_t batch) const override;
  int64_t input_size() const override { return options_.input_size; }
  int64_t output_size() const override { return options_.state_size; }
  /// W N(0, 1/d), U N(0, 1/n), biases 0.
  void initialize(uint64_t seed) override;
  /// None: what it remembers is decided by gates, whose weights train like any others.
  std::vector<std::string> recurrence_parameters() const override { return {}; }
  /// An activation counts as one operation.
  double operations_per_token() const override;

  const RecurrentCellOptions& options() const { return options_; }

 private:
  RecurrentCellOptions options_;
  RecurrentCell cell_;
};

}  // namespace gril
