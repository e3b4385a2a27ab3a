#include "gril/models/append.h"

#include <ATen/ATen.h>

#include <utility>

#include "gril/base/check.h"
#include "gril/models/inner_parameters.h"

namespace gril {

Append::Append(const ConfigSection& section)
    : body_(std::make_shared<SequenceModel>(section, section.name())) {
  require(body_->input_symbols() == 0, "append", section.name(),
          ": the layers must take numbers, behind which their output is put; got layers that take "
          "symbols.");
  register_module("body", body_);
}

SequenceOutput Append::forward(const torch::Tensor& input, const LayerState& state) const {
  SequenceOutput appended = body_->forward(input, state);
  return {at::cat({input, appended.output}, -1), std::move(appended.state)};
}

PaddedSequences Append::forward_padded(const PaddedSequences& sequences) const {
  const PaddedSequences appended = body_->forward_cleared(sequences);
  return {at::cat({sequences.tokens, appended.tokens}, -1), appended.lengths};
}

std::vector<std::string> Append::recurrence_parameters() const {
  return inner_recurrence_parameters(*body_, "body");
}

}  // namespace gril
