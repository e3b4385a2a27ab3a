#include "gril/training/parameter_groups.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <utility>

#include "gril/models/parameter_options.h"

namespace gril {
namespace {

using NamedTensor = std::pair<std::string, torch::Tensor>;

/// The parameters of the recurrence and the others, in the model's order.
std::array<std::vector<NamedTensor>, 2> split(const SequenceModel& model) {
  const std::vector<std::string> recurrence = model.recurrence_parameters();
  std::array<std::vector<NamedTensor>, 2> parts;
  for (const auto& parameter : model.named_parameters()) {
    const bool recurs =
        std::find(recurrence.begin(), recurrence.end(), parameter.key()) != recurrence.end();
    parts[recurs ? 0 : 1].emplace_back(parameter.key(), parameter.value());
  }
  return parts;
}

/// Makes a parameter a view of its place in the group.
void adopt(torch::Tensor parameter, const ParameterGroup::Member& member,
           const ParameterGroup& group, bool keep_model_values) {
  const auto place = [&](const torch::Tensor& flat) {
    return flat.narrow(0, member.offset, member.size).view(parameter.sizes());
  };
  if (keep_model_values) place(group.values).copy_(parameter);
  parameter.set_data(place(group.values));
  parameter.mutable_grad() = place(group.gradients);
}

}  // namespace

ParameterGroups::ParameterGroups(SequenceModel& model) {
  int64_t total = 0;
  for (const torch::Tensor& parameter : model.parameters()) total += parameter.numel();
  values_ = at::zeros({total}, parameter_options(model));
  build(model, true);
}

ParameterGroups::ParameterGroups(SequenceModel& model, torch::Tensor values)
    : values_(std::move(values)) {
  build(model, false);
}

void ParameterGroups::build(SequenceModel& model, bool keep_model_values) {
  const at::NoGradGuard no_grad;
  gradients_ = at::zeros_like(values_);
  const auto parts = split(model);
  constexpr std::array kNames = {"recurrence", "others"};
  int64_t first = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].empty()) continue;
    ParameterGroup group{.name = kNames[i], .members = {}, .values = {}, .gradients = {}};
    int64_t size = 0;
    for (const auto& [name, parameter] : parts[i]) {
      group.members.push_back({name, size, parameter.numel()});
      size += parameter.numel();
    }
    group.values = values_.narrow(0, first, size);
    group.gradients = gradients_.narrow(0, first, size);
    for (std::size_t j = 0; j < parts[i].size(); ++j) {
      adopt(parts[i][j].second, group.members[j], group, keep_model_values);
    }
    groups_.push_back(std::move(group));
    first += size;
  }
}

std::string ParameterGroups::first_not_finite() const {
  for (const ParameterGroup& group : groups_) {
    for (const ParameterGroup::Member& member : group.members) {
      const torch::Tensor gradient = group.gradients.narrow(0, member.offset, member.size);
      if (!gradient.isfinite().all().item<bool>()) return member.name;
    }
  }
  return "";
}

}  // namespace gril
