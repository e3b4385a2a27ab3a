#include "gril/models/residual.h"

#include <utility>

#include "gril/base/check.h"
#include "gril/models/inner_parameters.h"

namespace gril {

Residual::Residual(const ConfigSection& section)
    : body_(std::make_shared<SequenceModel>(section, section.name())) {
  require(body_->input_symbols() == 0, "residual", section.name(),
          ": the layers must take numbers, to which their output is added; got layers that take "
          "symbols.");
  require(body_->input_size() == body_->output_size(), "residual", section.name(),
          ": the layers must give as many features as they take; got input_size ",
          body_->input_size(), " and output_size ", body_->output_size(), ".");
  register_module("body", body_);
}

SequenceOutput Residual::forward(const torch::Tensor& input, const LayerState& state) const {
  SequenceOutput change = body_->forward(input, state);
  return {input + change.output, std::move(change.state)};
}

SequenceOutput Residual::step(const torch::Tensor& input, const LayerState& state) const {
  SequenceOutput change = body_->step(input, state);
  return {input + change.output, std::move(change.state)};
}

PaddedSequences Residual::forward_padded(const PaddedSequences& sequences) const {
  const PaddedSequences change = body_->forward_cleared(sequences);
  return {sequences.tokens + change.tokens, change.lengths};
}

std::vector<std::string> Residual::recurrence_parameters() const {
  return inner_recurrence_parameters(*body_, "body");
}

double Residual::operations_per_token() const {
  return body_->operations_per_token() + static_cast<double>(input_size());
}

}  // namespace gril
