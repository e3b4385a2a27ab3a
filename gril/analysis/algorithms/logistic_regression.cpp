#include "gril/analysis/algorithms/logistic_regression.h"

#include <ATen/ATen.h>

#include <cmath>

#include "gril/analysis/algorithms/parameter_search.h"
#include "gril/base/check.h"
#include "gril/evaluation/loss.h"

namespace gril {
namespace {

/// The contexts of a batch with what does not change from step to step.
struct Problem {
  torch::Tensor inputs;          ///< (B, N, d)
  torch::Tensor targets;         ///< (B, C, N): softmax is faster over an axis that is not the last
  torch::Tensor preconditioner;  ///< (½ S + ρ I)⁻¹, (B, d, d)
  double penalty;

  torch::Tensor gradient(const torch::Tensor& weights) const {
    const torch::Tensor scores = at::bmm(weights, inputs.transpose(1, 2));
    const torch::Tensor errors =
        (scores.softmax(1) - targets) / static_cast<double>(inputs.size(1));
    return at::bmm(errors, inputs) + penalty * weights;
  }
};

Problem problem_of(const Prompts& prompts, double penalty) {
  const torch::Tensor& inputs = prompts.context_inputs;
  const torch::Tensor hessian =
      at::bmm(inputs.transpose(1, 2), inputs) / static_cast<double>(inputs.size(1));
  const torch::Tensor ridge = penalty * at::eye(inputs.size(2), inputs.options());
  return {inputs, prompts.context_targets.transpose(1, 2).contiguous(),
          at::linalg_inv(0.5 * hessian + ridge), penalty};
}

}  // namespace

torch::Tensor logistic_regression_weights(const Prompts& prompts, double penalty,
                                          double tolerance) {
  require(penalty > 0, "logistic_regression", "penalty must be above 0; got ", penalty, '.');
  constexpr int kMostSteps = 5000;
  const at::NoGradGuard no_gradients;
  const Problem problem = problem_of(prompts, penalty);
  const auto batch = prompts.context_inputs.size(0);
  torch::Tensor weights =
      at::zeros({batch, prompts.context_targets.size(2), prompts.context_inputs.size(2)},
                prompts.context_inputs.options());
  torch::Tensor ahead = weights;  // where the momentum leads
  torch::Tensor age = at::ones({batch, 1, 1}, weights.options());
  for (int step = 0; step < kMostSteps; ++step) {
    const torch::Tensor gradient = problem.gradient(ahead);
    const torch::Tensor next = ahead - at::bmm(gradient, problem.preconditioner);
    const torch::Tensor move = next - weights;
    // Momentum that leads uphill starts anew, prompt by prompt (O'Donoghue and Candès 2015).
    const torch::Tensor uphill = (gradient * move).sum({1, 2}, true) > 0;
    age = at::where(uphill, at::ones_like(age), age);
    const torch::Tensor older = 0.5 * (1.0 + (1.0 + 4.0 * age.square()).sqrt());
    ahead = next + (age - 1.0) / older * move;
    age = older;
    weights = next;
    const double largest = weights.abs().max().item<double>();
    if (move.abs().max().item<double>() <= tolerance * largest) break;
  }
  return weights;
}

torch::Tensor logistic_regression_scores(const Prompts& prompts, double penalty, double tolerance) {
  return at::bmm(logistic_regression_weights(prompts, penalty, tolerance),
                 prompts.query_inputs.unsqueeze(2))
      .squeeze(2);
}

double tuned_logistic_penalty(const Prompts& tuning) {
  const double scale = tuning.context_inputs.square().mean().item<double>();
  constexpr double kTolerance = 1e-5;  // far below what a hundredth of the penalty changes
  const auto loss = [&](double penalty) {
    return cross_entropy(logistic_regression_scores(tuning, penalty, kTolerance), tuning.targets)
        .item<double>();
  };
  return parameter_of_least_loss(
      loss, {.low = 1e-3 * scale, .high = 10.0 * scale, .points = 13, .tolerance = 1e-2});
}

}  // namespace gril
