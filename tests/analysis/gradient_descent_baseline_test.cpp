#include "gril/analysis/gradient_descent_baseline.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/analysis/descent_model.h"

namespace gril {
namespace {

LinearRegression standard_task(int64_t inputs, int64_t examples) {
  LinearRegressionOptions options;
  options.inputs = inputs;
  options.outputs = inputs;
  options.examples = examples;
  return LinearRegression(options);
}

// The values of the published protocol's table, N = 10 unless said otherwise.
TEST(GradientDescentBaseline, ClosedFormGivesTheKnownOptima) {
  const auto optimum = [](int64_t inputs, int64_t examples) {
    return expected_loss_parabola(standard_task(inputs, examples).options());
  };
  EXPECT_NEAR(optimum(10, 10).best_learning_rate(), 6.0606, 5e-5);
  EXPECT_NEAR(optimum(10, 10).loss(optimum(10, 10).best_learning_rate()), 0.20623, 5e-6);
  EXPECT_NEAR(optimum(10, 10).loss(0.0), 0.41667, 5e-6);
  EXPECT_NEAR(optimum(50, 10).loss(optimum(50, 10).best_learning_rate()), 1.73495, 5e-6);
  EXPECT_NEAR(optimum(10, 100).best_learning_rate(), 10.929, 5e-4);
}

TEST(GradientDescentBaseline, SampledParabolaAgreesWithTheClosedForm) {
  LinearRegressionOptions options = standard_task(5, 8).options();
  options.label_noise = 0.3;
  options.weight_scale = 1.7;
  options.input_range = 1.4;
  LinearRegressionOptions heavy = options;
  heavy.noise = NoiseLaw::kStudentT;
  heavy.noise_degrees = 6.0;
  heavy.input_correlation = 0.6;
  for (const LinearRegressionOptions& task : {options, heavy}) {
    const LossParabola expected = expected_loss_parabola(task);
    const LossParabola sampled =
        sampled_loss_parabola(LinearRegression(task), {.prompts = 20000, .seed = 1});
    EXPECT_NEAR(sampled.a, expected.a, 0.02 * expected.a);
    EXPECT_NEAR(sampled.b, expected.b, 0.02 * expected.b);
    EXPECT_NEAR(sampled.c, expected.c, 0.03 * expected.c);
  }
}

TEST(GradientDescentBaseline, PredictionsFollowTheUpdateRule) {
  const Prompts batch = small_task().sample_prompts(3, 7, torch::kFloat64);
  const torch::Tensor predictions = gradient_descent_predictions(batch, 2.5);
  for (int64_t prompt = 0; prompt < 3; ++prompt) {
    torch::Tensor weights = at::zeros({4, 4}, at::kDouble);
    for (int64_t i = 0; i < 6; ++i) {
      const torch::Tensor x = batch.context_inputs[prompt][i];
      const torch::Tensor error =
          at::mv(at::zeros_like(weights), x) - batch.context_targets[prompt][i];
      weights = weights - 2.5 / 6.0 * at::outer(error, x);
    }
    const torch::Tensor expected = at::mv(weights, batch.query_inputs[prompt]);
    EXPECT_LT((predictions[prompt] - expected).abs().max().item<double>(), 1e-14);
  }
}

TEST(GradientDescentBaseline, TunedRateIsTheBestOfTheTuningPrompts) {
  const LinearRegression task = small_task();
  const PromptSample tuning{.prompts = 2000, .seed = 5, .name = "tuning tasks"};
  const GradientDescentBaseline baseline = tune_gradient_descent(task, tuning);
  const auto measured = [&](double rate) {
    double sum = 0.0;
    for_each_batch(task, tuning, [&](const Prompts& batch) {
      sum += prompt_losses(gradient_descent_predictions(batch, rate), batch.targets)
                 .sum()
                 .item<double>();
    });
    return sum / 2000;
  };
  const double best = measured(baseline.learning_rate);
  EXPECT_NEAR(best, baseline.tuning_loss, 1e-12);
  EXPECT_LT(best, measured(baseline.learning_rate - 0.01));
  EXPECT_LT(best, measured(baseline.learning_rate + 0.01));
  EXPECT_LE(std::abs(baseline.scanned_rate - baseline.learning_rate), 0.05 + 1e-12);
  EXPECT_EQ(baseline.scanned_rates.size(), 250U);
}

TEST(GradientDescentBaseline, TuningPromptsAreNotTheEvaluationPrompts) {
  const LinearRegression task = small_task();
  const auto first_prompt = [&](const char* name) {
    torch::Tensor tokens;
    for_each_batch(task, {.prompts = 1, .seed = 5, .name = name},
                   [&](const Prompts& batch) { tokens = batch.tokens; });
    return tokens;
  };
  EXPECT_FALSE(at::allclose(first_prompt("tuning tasks"), first_prompt("evaluation tasks")));
  EXPECT_TRUE(at::equal(first_prompt("tuning tasks"), first_prompt("tuning tasks")));
}

TEST(GradientDescentBaseline, LeastSquaresIsExactWhereTheContextDeterminesTheAnswer) {
  const Prompts batch = small_task().sample_prompts(20, 3, torch::kFloat64);
  const torch::Tensor error = least_squares_predictions(batch) - batch.targets;
  EXPECT_LT(error.abs().max().item<double>(), 1e-4) << "labels are rounded to float32";
}

}  // namespace
}  // namespace gril
