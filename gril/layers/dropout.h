#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gril/base/config_section.h"
#include "gril/layers/sequence_layer.h"

namespace gril {

/// Settings of a Dropout. Letter: D input_size.
struct DropoutOptions {
  int64_t input_size = 0;  ///< D, also the size of an output; required
  double share = 0.1;      ///< p in [0, 1), of the numbers that are dropped
};

/// Drops numbers of its input at random while a network is trained.
/// Source: Srivastava et al., Dropout: a simple way to prevent neural networks from overfitting,
/// Journal of Machine Learning Research 15 (2014); scaled in training, as everybody does since.
///
///     y_i = m_i x_i,   m_i = 0 with probability p, otherwise 1 / (1 - p)
///
/// Without a noise seed, the start, and with p = 0: y = x, the tensor itself. With one, every
/// number of a call has an m of its own, drawn from the seed and its place in the call alone: equal
/// calls have equal m, on every device, and a sequence in pieces has others than the whole.
///
/// Parameters, state: none.
class Dropout : public SequenceLayer {
 public:
  /// Errors: InvalidArgument "[dropout] …".
  explicit Dropout(const DropoutOptions& options);

  /// input may be float32 or float64.
  SequenceOutput forward(const torch::Tensor& input, const LayerState& state) const override;
  LayerState initial_state(int64_t) const override { return {}; }
  int64_t input_size() const override { return options_.input_size; }
  int64_t output_size() const override { return options_.input_size; }
  void set_noise_seed(std::optional<uint64_t> seed) override { noise_seed_ = seed; }
  /// Draws nothing.
  void initialize(uint64_t) override {}
  std::vector<std::string> recurrence_parameters() const override { return {}; }
  /// Of a trained network, which drops nothing: 0.
  double operations_per_token() const override { return 0.0; }

  const DropoutOptions& options() const { return options_; }

 private:
  DropoutOptions options_;
  std::optional<uint64_t> noise_seed_;
};

/// Reads the options from a configuration; finishes the section. Errors: InvalidArgument.
DropoutOptions read_dropout_options(ConfigSection& section);
/// Every option with its value.
Json to_json(const DropoutOptions& options);

}  // namespace gril
