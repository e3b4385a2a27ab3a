#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gril/base/config_section.h"
#include "gril/layers/activation.h"
#include "gril/layers/sequence_layer.h"

namespace gril {

/// Settings of a MultilayerPerceptron. Letters: D input_size, h hidden_size, m output_size.
struct MultilayerPerceptronOptions {
  int64_t input_size = 0;           ///< D; required
  int64_t hidden_size = 0;          ///< h, units of the one hidden layer; required
  int64_t output_size = 0;          ///< m; required
  std::string activation = "gelu";  ///< φ, a name of activation.h
  bool bias = true;                 ///< whether a and b exist
};

/// A network with one hidden layer, applied to each token.
///
///     y_t = B φ(A x_t + a) + b
///
/// Parameters: hidden_map A (h, D) and output_map B (m, h); hidden_bias a (h) and output_bias b
/// (m) when asked for.
/// State: none.
class MultilayerPerceptron : public SequenceLayer {
 public:
  /// Starts as initialize(0), float32. Errors: InvalidArgument "[multilayer_perceptron] …".
  explicit MultilayerPerceptron(const MultilayerPerceptronOptions& options);

  SequenceOutput forward(const torch::Tensor& input, const LayerState& state) const override;
  LayerState initial_state(int64_t) const override { return {}; }
  int64_t input_size() const override { return options_.input_size; }
  int64_t output_size() const override { return options_.output_size; }
  /// A and B N(0, 1/columns), a and b 0.
  void initialize(uint64_t seed) override;
  std::vector<std::string> recurrence_parameters() const override { return {}; }
  /// An activation counts as one operation.
  double operations_per_token() const override;

  const MultilayerPerceptronOptions& options() const { return options_; }

 private:
  MultilayerPerceptronOptions options_;
  Activation activation_;
  torch::Tensor hidden_map_, hidden_bias_, output_map_, output_bias_;
};

/// Reads the options from a configuration; finishes the section. Errors: InvalidArgument.
MultilayerPerceptronOptions read_multilayer_perceptron_options(ConfigSection& section);
/// Every option with its value.
Json to_json(const MultilayerPerceptronOptions& options);

}  // namespace gril
