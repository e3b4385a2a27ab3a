#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gril/layers/recurrent_cell.h"
#include "gril/layers/sequence_layer.h"

namespace gril {

/// The long short-term memory, with torch's equations and computed by torch. Its output is the
/// state h; a `linear` layer behind it is the readout.
///
///     i_t = σ(W_i x_t + a_i + U_i h_{t-1} + b_i)                     f and o alike
///     g_t = tanh(W_g x_t + a_g + U_g h_{t-1} + b_g)
///     c_t = f_t ⊙ c_{t-1} + i_t ⊙ g_t
///     h_t = o_t ⊙ tanh(c_t),  y_t = h_t
///
/// Parameters, rows in the order i, f, g, o: input_map W (4n, d), recurrent_map U (4n, n),
/// input_bias a and recurrent_bias b (4n).
/// State: h (B, n), c (B, n).
class Lstm : public SequenceLayer {
 public:
  /// Starts as initialize(0), float32. Errors: InvalidArgument "[lstm] …".
  explicit Lstm(const RecurrentCellOptions& options);

  SequenceOutput forward(const torch::Tensor& input, const LayerState& state) const override;
  LayerState initial_state(int64_t batch) const override;
  int64_t input_size() const override { return options_.input_size; }
  int64_t output_size() const override { return options_.state_size; }
  /// W N(0, 1/d), U N(0, 1/n), biases 0, but a_f = 1: it starts by remembering.
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
