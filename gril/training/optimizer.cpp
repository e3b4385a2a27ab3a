#include "gril/training/optimizer.h"

#include <ATen/ATen.h>

#include <cmath>
#include <utility>

namespace gril {
namespace {

/// The moments of an optimizer that owns one tensor and has made a step.
torch::optim::AdamWParamState& state_of(torch::optim::AdamW& adamw) {
  return static_cast<torch::optim::AdamWParamState&>(*adamw.state().begin()->second);
}

torch::optim::AdamWOptions& options_of(torch::optim::AdamW& adamw) {
  return static_cast<torch::optim::AdamWOptions&>(adamw.param_groups().front().options());
}

}  // namespace

GroupOptimizer::GroupOptimizer(const ParameterGroups& groups, const TrainingOptions& options) {
  for (const ParameterGroup& group : groups.groups()) {
    const bool recurrence = group.name == "recurrence";
    const double rate = recurrence ? options.recurrence_learning_rate : options.learning_rate;
    torch::Tensor values = group.values;
    values.mutable_grad() = group.gradients;
    auto adamw = std::make_unique<torch::optim::AdamW>(
        std::vector<torch::Tensor>{values},
        torch::optim::AdamWOptions(rate)
            .betas({options.beta1, options.beta2})
            .weight_decay(recurrence ? 0.0 : options.weight_decay));
    parts_.push_back({std::move(adamw), rate, values, group.gradients});
  }
}

void GroupOptimizer::step(double factor) {
  for (Part& part : parts_) {
    options_of(*part.adamw).lr(part.peak_rate * factor);
    part.adamw->step();
  }
}

GroupOptimizer::Moments GroupOptimizer::moments() const {
  std::vector<torch::Tensor> first;
  std::vector<torch::Tensor> second;
  for (const Part& part : parts_) {
    const bool stepped = !part.adamw->state().empty();
    first.push_back(stepped ? state_of(*part.adamw).exp_avg() : at::zeros_like(part.values));
    second.push_back(stepped ? state_of(*part.adamw).exp_avg_sq() : at::zeros_like(part.values));
  }
  return {at::cat(first), at::cat(second)};
}

void GroupOptimizer::restore(const Moments& moments, int64_t steps) {
  const at::NoGradGuard no_grad;
  int64_t offset = 0;
  for (Part& part : parts_) {
    // A step makes libtorch's optimizer create its moments; what it moves is put back.
    const torch::Tensor values = part.values.clone();
    part.gradients.zero_();
    part.adamw->step();
    part.values.copy_(values);
    auto& state = state_of(*part.adamw);
    const int64_t size = values.numel();
    state.step(steps);
    state.exp_avg().copy_(moments.first.narrow(0, offset, size));
    state.exp_avg_sq().copy_(moments.second.narrow(0, offset, size));
    offset += size;
  }
}

double clip_gradients(const torch::Tensor& gradients, double bound) {
  const at::NoGradGuard no_grad;
  const double norm = gradients.norm().item<double>();
  if (bound > 0 && std::isfinite(norm) && norm > bound) {
    torch::Tensor scaled = gradients;
    scaled.mul_(bound / norm);
  }
  return norm;
}

}  // namespace gril
