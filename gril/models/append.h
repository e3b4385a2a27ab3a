#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gril/base/config_section.h"
#include "gril/models/sequence_model.h"

namespace gril {

/// A stack of layers whose output is put behind its input, kind "append".
/// Source: Densely connected convolutional networks (arXiv 1608.06993).
///
///     y_t = [x_t ; f(x_1 … x_t)_t],  f the stack, called the body
///
/// Unlike in a residual the input reaches the next layers unchanged: a GrilLayer above that writes
/// only the features of the token (GrilLayerOptions::written_features) keeps sums of products of
/// tokens, and nothing else, as its state.
///
/// Configuration, a stack inside a stack:
///     [[model.layers]]
///     kind = "append"
///     [[model.layers.layers]]
///     kind = "gril"          # as in [[model.layers]]
///     ...
/// Parameters: body.layers.<index>.<name>. State: that of the body.
class Append : public SequenceLayer {
 public:
  /// Of a section whose "kind" has been read. Starts as initialize(0), float32.
  /// Errors: InvalidArgument as in SequenceModel, and "[append] …" when the body takes symbols.
  explicit Append(const ConfigSection& section);

  SequenceOutput forward(const torch::Tensor& input, const LayerState& state) const override;
  PaddedSequences forward_padded(const PaddedSequences& sequences) const override;
  LayerState initial_state(int64_t batch) const override { return body_->initial_state(batch); }
  int64_t input_size() const override { return body_->input_size(); }
  int64_t output_size() const override { return body_->input_size() + body_->output_size(); }
  void set_noise_seed(std::optional<uint64_t> seed) override { body_->set_noise_seed(seed); }
  void initialize(uint64_t seed) override { body_->initialize(seed); }
  std::vector<std::string> recurrence_parameters() const override;
  double operations_per_token() const override { return body_->operations_per_token(); }

  const SequenceModel& body() const { return *body_; }

 private:
  std::shared_ptr<SequenceModel> body_;
};

}  // namespace gril
