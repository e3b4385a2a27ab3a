#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gril/base/config_section.h"
#include "gril/layers/sequence_layer.h"

namespace gril {

/// Settings of a RunningMean. Letter: D input_size.
struct RunningMeanOptions {
  int64_t input_size = 0;  ///< D, also the size of an output; required
};

/// The mean of all tokens so far:
///
///     y_t = (x_1 + … + x_t) / t
///
/// Its output at the last true token of a sequence is mean pooling over the sequence, whatever
/// padding stands behind it.
///
/// Parameters: none.
/// State: the sum of the tokens so far (B, D), float64 for inputs of either dtype, and their number
/// (B), int64.
/// Cost: one addition and one division per number. On the CPU sums are accumulated in float64, so a
/// float32 output is off by a few units in the last place after any number of tokens.
class RunningMean : public SequenceLayer {
 public:
  /// Errors: InvalidArgument "[running_mean] …".
  explicit RunningMean(const RunningMeanOptions& options);

  /// input may be float32 or float64. Errors: also c10::ValueError "[running_mean] …" for a state
  /// with a negative number of tokens.
  SequenceOutput forward(const torch::Tensor& input, const LayerState& state) const override;
  /// On the CPU; forward takes it to the device of its input.
  LayerState initial_state(int64_t batch) const override;
  int64_t input_size() const override { return options_.input_size; }
  int64_t output_size() const override { return options_.input_size; }
  /// Draws nothing.
  void initialize(uint64_t) override {}
  std::vector<std::string> recurrence_parameters() const override { return {}; }
  double operations_per_token() const override;

  const RunningMeanOptions& options() const { return options_; }

 private:
  RunningMeanOptions options_;
};

/// Reads the options from a configuration; finishes the section. Errors: InvalidArgument.
RunningMeanOptions read_running_mean_options(ConfigSection& section);
/// Every option with its value.
Json to_json(const RunningMeanOptions& options);

}  // namespace gril
