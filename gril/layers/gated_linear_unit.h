#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gril/base/config_section.h"
#include "gril/layers/activation.h"
#include "gril/layers/sequence_layer.h"

namespace gril {

/// Settings of a GatedLinearUnit. Letters: D input_size, m output_size.
struct GatedLinearUnitOptions {
  int64_t input_size = 0;   ///< D; required
  int64_t output_size = 0;  ///< m, products; required
  /// φ: "bilinear", the identity; or a name of activation.h: "sigmoid" is the GLU of Dauphin et
  /// al., "silu" SwiGLU.
  std::string gate = "sigmoid";
  bool bias = true;  ///< whether a and b exist
};

/// A product of two maps of each token, one of them through an activation.
/// Source: GLU variants improve transformer (arXiv 2002.05202). With "bilinear" it is the
/// multiplicative gate of Gated recurrent neural networks discover attention (arXiv 2309.01775):
/// with bias the input gate (the appended 1 of that paper is the bias), without it the output gate.
///
///     y_t = φ(A x_t + a) ⊙ (B x_t + b)
///
/// Parameters: gate_map A and linear_map B (m, D); gate_bias a and linear_bias b (m) when asked
/// for.
/// State: none.
class GatedLinearUnit : public SequenceLayer {
 public:
  /// Starts as initialize(0), float32. Errors: InvalidArgument "[gated_linear_unit] …".
  explicit GatedLinearUnit(const GatedLinearUnitOptions& options);

  SequenceOutput forward(const torch::Tensor& input, const LayerState& state) const override;
  LayerState initial_state(int64_t) const override { return {}; }
  int64_t input_size() const override { return options_.input_size; }
  int64_t output_size() const override { return options_.output_size; }
  /// A and B N(0, 1/D), a and b 0.
  void initialize(uint64_t seed) override;
  std::vector<std::string> recurrence_parameters() const override { return {}; }
  /// An activation counts as one operation.
  double operations_per_token() const override;

  const GatedLinearUnitOptions& options() const { return options_; }

 private:
  GatedLinearUnitOptions options_;
  Activation activation_;
  torch::Tensor gate_map_, gate_bias_, linear_map_, linear_bias_;
};

/// Reads the options from a configuration; finishes the section. Errors: InvalidArgument.
GatedLinearUnitOptions read_gated_linear_unit_options(ConfigSection& section);
/// Every option with its value.
Json to_json(const GatedLinearUnitOptions& options);

}  // namespace gril
