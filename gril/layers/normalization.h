#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gril/base/config_section.h"
#include "gril/layers/sequence_layer.h"

namespace gril {

/// Settings of a Normalization. Letter: D input_size.
struct NormalizationOptions {
  int64_t input_size = 0;    ///< D, also the size of an output; required
  std::string form = "rms";  ///< "rms" or "layer"
  double epsilon = 1e-5;     ///< ε, added to the mean square; above 0
};

/// Brings each token to unit scale, with a learned scale per feature.
/// Source: "layer", Layer normalization (arXiv 1607.06450); "rms", Root mean square layer
/// normalization (arXiv 1910.07467).
///
///     rms     y_t = a ⊙ x_t / √(mean(x_t²) + ε)
///     layer   y_t = a ⊙ (x_t - mean(x_t)) / √(var(x_t) + ε) + b      var divides by D
///
/// Means run over the D features of the token, so a token does not see the others.
///
/// Parameters: scale a (D); shift b (D) with "layer".
/// State: none.
class Normalization : public SequenceLayer {
 public:
  /// Starts as initialize(0), float32. Errors: InvalidArgument "[normalization] …".
  explicit Normalization(const NormalizationOptions& options);

  SequenceOutput forward(const torch::Tensor& input, const LayerState& state) const override;
  LayerState initial_state(int64_t) const override { return {}; }
  int64_t input_size() const override { return options_.input_size; }
  int64_t output_size() const override { return options_.input_size; }
  /// a 1, b 0, whatever the seed.
  void initialize(uint64_t seed) override;
  std::vector<std::string> recurrence_parameters() const override { return {}; }
  /// The root and the division count as one operation each.
  double operations_per_token() const override;

  const NormalizationOptions& options() const { return options_; }

 private:
  bool centres() const { return options_.form == "layer"; }

  NormalizationOptions options_;
  torch::Tensor scale_, shift_;
};

/// Reads the options from a configuration; finishes the section. Errors: InvalidArgument.
NormalizationOptions read_normalization_options(ConfigSection& section);
/// Every option with its value.
Json to_json(const NormalizationOptions& options);

}  // namespace gril
