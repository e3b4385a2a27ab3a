#include "gril/analysis/algorithms/in_context_algorithm.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "gril/analysis/gradient_descent_baseline.h"
#include "gril/tasks/in_context/linear_regression.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

LinearRegression noisy_task() {
  LinearRegressionOptions options;
  options.inputs = 3;
  options.outputs = 2;
  options.examples = 8;
  options.layout = TokenLayout::kPairs;
  options.label_noise = 0.2;
  return LinearRegression(options);
}

Prompts prompts(uint64_t seed, int64_t count = 400) {
  return noisy_task().sample_prompts(count, seed, torch::kFloat64);
}

/// W ← W − η/N Σ (W x − y) xᵀ, k times from zero.
torch::Tensor descent_weights(const Prompts& batch, double rate, int64_t steps) {
  torch::Tensor weights = at::zeros({batch.tokens.size(0), 2, 3}, at::kDouble);
  for (int64_t step = 0; step < steps; ++step) {
    const torch::Tensor errors =
        at::bmm(batch.context_inputs, weights.transpose(1, 2)) - batch.context_targets;
    weights = weights - rate / 8.0 * at::bmm(errors.transpose(1, 2), batch.context_inputs);
  }
  return weights;
}

TEST(InContextAlgorithm, IsGradientDescentStepByStep) {
  const Prompts batch = prompts(1);
  const ContextSpectrum spectrum = context_spectrum(batch);
  for (const int64_t steps : {1, 2, 5}) {
    const InContextAlgorithm algorithm{steps, 3.0};
    const torch::Tensor filter = algorithm_filter(algorithm, spectrum.eigenvalues);
    const torch::Tensor expected = descent_weights(batch, 3.0, steps);
    EXPECT_TRUE(testing::agrees("weights", filtered_weights(spectrum, filter), expected, 1e-12));
    EXPECT_TRUE(testing::agrees("predictions", filtered_predictions(spectrum, filter),
                                at::bmm(expected, batch.query_inputs.unsqueeze(2)).squeeze(2),
                                1e-12));
  }
}

TEST(InContextAlgorithm, RidgeSolvesItsNormalEquations) {
  const Prompts batch = prompts(1);
  const double penalty = 0.05;
  const ContextSpectrum spectrum = context_spectrum(batch);
  const torch::Tensor& x = batch.context_inputs;
  const torch::Tensor left =
      at::bmm(x.transpose(1, 2), x) / 8.0 + penalty * at::eye(3, at::kDouble);
  const torch::Tensor right = at::bmm(x.transpose(1, 2), batch.context_targets) / 8.0;
  EXPECT_TRUE(testing::agrees(
      "weights", filtered_weights(spectrum, algorithm_filter({0, penalty}, spectrum.eigenvalues)),
      at::linalg_solve(left, right).transpose(1, 2), 1e-11));
}

TEST(InContextAlgorithm, TuningFindsTheVertexOfOneStep) {
  const LinearRegression task = noisy_task();
  const PromptSample sample{.prompts = 400, .seed = 3};
  const LossParabola parabola = sampled_loss_parabola(task, sample);
  for_each_batch(task, sample, [&](const Prompts& batch) {
    const InContextAlgorithm one = tuned(1, context_spectrum(batch), batch.targets);
    EXPECT_NEAR(one.parameter / parabola.best_learning_rate(), 1.0, 1e-6);
  });
}

TEST(InContextAlgorithm, NoOtherParameterIsBetter) {
  const Prompts batch = prompts(2);
  const ContextSpectrum spectrum = context_spectrum(batch);
  const std::vector<InContextAlgorithm> algorithms = tuned_algorithms(spectrum, batch.targets);
  ASSERT_EQ(algorithms.size(), 6U);
  double before = 1e9;
  for (const InContextAlgorithm& algorithm : algorithms) {
    const double least = algorithm_loss(algorithm, spectrum, batch.targets);
    for (const double factor : {0.3, 0.9, 0.999, 1.001, 1.1, 3.0}) {
      EXPECT_GE(
          algorithm_loss({algorithm.steps, factor * algorithm.parameter}, spectrum, batch.targets),
          least - 1e-14)
          << algorithm_name(algorithm);
    }
    if (algorithm.steps > 0) {
      EXPECT_LT(least, before) << "more steps are better";
    }
    before = least;
  }
  EXPECT_EQ(algorithm_name(algorithms[0]), "gradient descent, 1 step");
  EXPECT_EQ(algorithm_name(algorithms[4]), "gradient descent, 5 steps");
  EXPECT_EQ(algorithm_name(algorithms[5]), "ridge regression");
}

}  // namespace
}  // namespace gril
