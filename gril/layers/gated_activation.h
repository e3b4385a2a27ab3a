#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gril/base/config_section.h"
#include "gril/layers/sequence_layer.h"

namespace gril {

/// Settings of a GatedActivation. Letter: D input_size.
struct GatedActivationOptions {
  int64_t input_size = 0;          ///< D, also the size of an output; required
  std::string form = "half_glu2";  ///< "half_glu1", "half_glu2" or "full_glu"
};

/// The nonlinearity of a deep state-space block: each token times a gate made from itself, behind
/// a recurrence. The forms bear the names of the S5 code (github.com/lindermanlab/S5).
/// Source: Simplified state space layers (arXiv 2208.04933); half_glu2 also in the first version of
/// Learning in the Recurrent State (arXiv 2410.11687). With g_t = gelu(x_t), σ the logistic
/// function:
///
///     half_glu1   y_t = g_t ⊙ σ(A g_t + a)
///     half_glu2   y_t = x_t ⊙ σ(A g_t + a)
///     full_glu    y_t = (B g_t + b) ⊙ σ(A g_t + a)
///
/// gelu is the exact one of activation.h; the S5 code takes its approximation with tanh. A product
/// of two maps without the activation before them is gated_linear_unit.h.
///
/// Parameters: gate_map A (D, D), gate_bias a (D); with full_glu also linear_map B (D, D) and
/// linear_bias b (D).
/// State: none.
class GatedActivation : public SequenceLayer {
 public:
  /// Starts as initialize(0), float32. Errors: InvalidArgument "[gated_activation] …".
  explicit GatedActivation(const GatedActivationOptions& options);

  SequenceOutput forward(const torch::Tensor& input, const LayerState& state) const override;
  LayerState initial_state(int64_t) const override { return {}; }
  int64_t input_size() const override { return options_.input_size; }
  int64_t output_size() const override { return options_.input_size; }
  /// A and B N(0, 1/D), a and b 0.
  void initialize(uint64_t seed) override;
  std::vector<std::string> recurrence_parameters() const override { return {}; }
  /// An activation counts as one operation.
  double operations_per_token() const override;

  const GatedActivationOptions& options() const { return options_; }

 private:
  bool is_full() const { return options_.form == "full_glu"; }

  GatedActivationOptions options_;
  torch::Tensor gate_map_, gate_bias_, linear_map_, linear_bias_;
};

/// Reads the options from a configuration; finishes the section. Errors: InvalidArgument.
GatedActivationOptions read_gated_activation_options(ConfigSection& section);
/// Every option with its value.
Json to_json(const GatedActivationOptions& options);

}  // namespace gril
