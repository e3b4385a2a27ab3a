#include "gril/analysis/algorithms/cross_entropy_descent.h"

#include <ATen/ATen.h>
#include <torch/optim/lbfgs.h>

#include <array>

#include "gril/analysis/algorithms/parameter_search.h"
#include "gril/base/check.h"
#include "gril/evaluation/loss.h"

namespace gril {
namespace {

/// With gradient in the rates.
torch::Tensor query_loss(const torch::Tensor& rates, const Prompts& tuning) {
  return cross_entropy(cross_entropy_descent_scores(tuning, rates), tuning.targets);
}

/// A local minimum of the loss over positive rates, from `start`.
torch::Tensor descended(const torch::Tensor& start, const Prompts& tuning) {
  constexpr int64_t kMostIterations = 60;
  const at::AutoGradMode gradients(true);
  torch::Tensor logarithms = start.log().detach().clone().requires_grad_(true);
  torch::optim::LBFGS optimizer({logarithms}, torch::optim::LBFGSOptions(1.0)
                                                  .max_iter(kMostIterations)
                                                  .tolerance_grad(1e-6)
                                                  .line_search_fn("strong_wolfe"));
  optimizer.step([&] {
    optimizer.zero_grad();
    const torch::Tensor loss = query_loss(logarithms.exp(), tuning);
    loss.backward();
    return loss;
  });
  return logarithms.detach().exp();
}

/// Factors from 1/2 to 2. Equal rates would be a bad start: where the steps nearly commute, no
/// gradient tells them apart.
torch::Tensor rising_factors(int64_t steps) { return at::logspace(-1, 1, steps, 2.0, at::kDouble); }

}  // namespace

torch::Tensor cross_entropy_descent_weights(const Prompts& prompts, const torch::Tensor& rates) {
  const torch::Tensor& inputs = prompts.context_inputs;
  // Classes before examples: softmax is several times faster over an axis that is not the last.
  const torch::Tensor targets = prompts.context_targets.transpose(1, 2).contiguous();
  torch::Tensor weights =
      at::zeros({inputs.size(0), targets.size(1), inputs.size(2)}, inputs.options());
  const torch::Tensor steps = rates / static_cast<double>(inputs.size(1));
  for (int64_t k = 0; k < rates.size(0); ++k) {
    const torch::Tensor scores = at::bmm(weights, inputs.transpose(1, 2));
    weights = weights - steps[k] * at::bmm(scores.softmax(1) - targets, inputs);
  }
  return weights;
}

torch::Tensor cross_entropy_descent_scores(const Prompts& prompts, const torch::Tensor& rates) {
  return at::bmm(cross_entropy_descent_weights(prompts, rates), prompts.query_inputs.unsqueeze(2))
      .squeeze(2);
}

torch::Tensor tuned_shared_rates(int64_t steps, const Prompts& tuning) {
  require(steps >= 1, "cross_entropy_descent", "steps must be at least 1; got ", steps, '.');
  const at::NoGradGuard no_gradients;
  const double scale = tuning.context_inputs.square().mean().item<double>();
  const auto shared = [&](double rate) { return at::full({steps}, rate, at::kDouble); };
  const auto loss = [&](double rate) { return query_loss(shared(rate), tuning).item<double>(); };
  return shared(parameter_of_least_loss(
      loss, {.low = 0.1 / scale, .high = 1e3 / scale, .points = 13, .tolerance = 1e-3}));
}

torch::Tensor tuned_free_rates(const torch::Tensor& shared, const Prompts& tuning) {
  const torch::Tensor rising = rising_factors(shared.size(0));
  const std::array starts = {rising, rising.flip(0)};
  torch::Tensor best = shared;
  double least = query_loss(shared, tuning).item<double>();
  for (const torch::Tensor& factors : starts) {
    const torch::Tensor rates = descended(factors * shared, tuning);
    const double loss = query_loss(rates, tuning).item<double>();
    if (loss < least) best = rates;
    least = std::min(least, loss);
  }
  return best;
}

}  // namespace gril
