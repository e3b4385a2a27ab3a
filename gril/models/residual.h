#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gril/base/config_section.h"
#include "gril/models/sequence_model.h"

namespace gril {

/// A stack of layers whose input is added to its output, kind "residual".
/// Source: Deep residual learning for image recognition (arXiv 1512.03385).
///
///     y_t = x_t + f(x_1 … x_t)_t,  f the stack, called the body
///
/// Configuration, a stack inside a stack:
///     [[model.layers]]
///     kind = "residual"
///     [[model.layers.layers]]
///     kind = "gril"          # as in [[model.layers]]
///     ...
/// Parameters: body.layers.<index>.<name>. State: that of the body.
class Residual : public SequenceLayer {
 public:
  /// Of a section whose "kind" has been read. Starts as initialize(0), float32.
  /// Errors: InvalidArgument as in SequenceModel, and "[residual] …" when the body takes
  /// symbols or does not give as many features as it takes.
  explicit Residual(const ConfigSection& section);

  SequenceOutput forward(const torch::Tensor& input, const LayerState& state) const override;
  SequenceOutput step(const torch::Tensor& input, const LayerState& state) const override;
  PaddedSequences forward_padded(const PaddedSequences& sequences) const override;
  LayerState initial_state(int64_t batch) const override { return body_->initial_state(batch); }
  int64_t input_size() const override { return body_->input_size(); }
  int64_t output_size() const override { return body_->output_size(); }
  void set_noise_seed(std::optional<uint64_t> seed) override { body_->set_noise_seed(seed); }
  void initialize(uint64_t seed) override { body_->initialize(seed); }
  std::vector<std::string> recurrence_parameters() const override;
  double operations_per_token() const override;

  const SequenceModel& body() const { return *body_; }

 private:
  std::shared_ptr<SequenceModel> body_;
};

}  // namespace gril
