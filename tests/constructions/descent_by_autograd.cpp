#include "tests/constructions/descent_by_autograd.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>

namespace gril::testing {
namespace {

at::Tensor sum_of_losses(DescentLoss loss, const at::Tensor& weights, const AutogradStep& step) {
  const at::Tensor outputs = at::mm(step.inputs, weights.t());
  if (loss == DescentLoss::kSquared) return 0.5 * (outputs - step.targets).square().sum();
  return -(at::log_softmax(outputs, 1) * step.targets).sum();
}

}  // namespace

torch::Tensor descended_by_autograd(const GradientDescentClaim& claim,
                                    const std::vector<AutogradStep>& steps) {
  at::Tensor weights = at::zeros({claim.outputs, claim.weight_columns()}, at::kDouble);
  if (!claim.starts_from_zero()) {
    weights = at::tensor(claim.initial_weights, at::kDouble).view_as(weights);
  }
  const c10::AutoGradMode gradients(true);
  for (const AutogradStep& step : steps) {
    weights = weights.detach().requires_grad_(true);
    const at::Tensor loss = sum_of_losses(claim.loss, weights, step);
    weights = weights - step.rate * torch::autograd::grad({loss}, {weights}).front();
  }
  return weights.detach();
}

}  // namespace gril::testing
