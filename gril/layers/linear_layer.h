#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gril/base/config_section.h"
#include "gril/layers/sequence_layer.h"

namespace gril {

/// Settings of a LinearLayer. Letters: D input_size, m output_size.
struct LinearLayerOptions {
  int64_t input_size = 0;   ///< D; required
  int64_t output_size = 0;  ///< m; required
  bool bias = true;         ///< whether b exists
  /// Standard deviation of b at the start, at least 0; above 0 only with bias. Between a single
  /// number and a normalization it must be above 0, or only the sign of the number comes through.
  double initial_bias = 0.0;
};

/// An affine map of each token, kind "linear": the readout of cells whose output is their state.
///
///     y_t = A x_t + b
///
/// Parameters: map A (m, D); bias b (m) when asked for.
/// State: none.
class LinearLayer : public SequenceLayer {
 public:
  /// Starts as initialize(0), float32. Errors: InvalidArgument "[linear] …".
  explicit LinearLayer(const LinearLayerOptions& options);

  SequenceOutput forward(const torch::Tensor& input, const LayerState& state) const override;
  LayerState initial_state(int64_t) const override { return {}; }
  int64_t input_size() const override { return options_.input_size; }
  int64_t output_size() const override { return options_.output_size; }
  /// A N(0, 1/D), b N(0, initial_bias²).
  void initialize(uint64_t seed) override;
  std::vector<std::string> recurrence_parameters() const override { return {}; }
  double operations_per_token() const override;

  const LinearLayerOptions& options() const { return options_; }

 private:
  LinearLayerOptions options_;
  torch::Tensor map_, bias_;
};

/// Reads the options from a configuration; finishes the section. Errors: InvalidArgument.
LinearLayerOptions read_linear_layer_options(ConfigSection& section);
/// Every option with its value.
Json to_json(const LinearLayerOptions& options);

}  // namespace gril
