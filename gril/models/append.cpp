#include "gril/models/append.h"

#include <ATen/ATen.h>

#include <utility>

namespace gril {

Append::Append(const ConfigSection& section)
    : body_(std::make_shared<SequenceModel>(section, section.name())) {
  register_module("body", body_);
}

SequenceOutput Append::forward(const torch::Tensor& input, const LayerState& state) const {
  SequenceOutput appended = body_->forward(input, state);
  return {at::cat({input, appended.output}, -1), std::move(appended.state)};
}

std::vector<std::string> Append::recurrence_parameters() const {
  std::vector<std::string> names = body_->recurrence_parameters();
  for (std::string& name : names) name = "body." + name;
  return names;
}

}  // namespace gril
