#include "gril/analysis/steps/step_fit.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/analysis/steps/stack_example.h"

namespace gril {
namespace {

const PromptSample kSample{.prompts = 100, .seed = 3};

TEST(StepFit, ReadsTheStepSizesOfAConstructedStack) {
  const LinearRegression task = stack_task(4);
  const std::vector<double> sizes = {2.0, 4.5, 11.0};
  const StepFit fit = fit_predictions(*constructed_stack(task, sizes), task, kSample, 3);
  EXPECT_NEAR(fit.explained, 1.0, 1e-12);
  const auto found = step_sizes(fit.polynomial);
  for (std::size_t k = 0; k < sizes.size(); ++k) {
    EXPECT_NEAR(found[k].real(), sizes[k], 1e-9);
    EXPECT_NEAR(found[k].imag(), 0.0, 1e-9);
  }
}

TEST(StepFit, TwoStepsDoNotExplainThree) {
  const LinearRegression task = stack_task(4);
  const StepFit fit = fit_predictions(*constructed_stack(task, {2.0, 4.5, 11.0}), task, kSample, 2);
  EXPECT_LT(fit.explained, 1.0 - 1e-5);
  EXPECT_GT(fit.explained, 0.9);
}

TEST(StepFit, SaysThatStepSizesAreComplex) {
  StepFit fit;
  fit.polynomial = {{6.0, -13.0}};
  EXPECT_TRUE(to_json(fit)["complex"].get<bool>());
  fit.polynomial = descent_polynomial({3.0, 4.0});
  EXPECT_FALSE(to_json(fit)["complex"].get<bool>());
  EXPECT_NEAR(to_json(fit)["step_sizes"][1]["real"].get<double>(), 4.0, 1e-12);
}

// gril.md 9.1, N = d = 10: free 0.1413 at (4.00, 11.57), shared 0.1566 at 5.98. The sample's own
// optimum differs from that of the law: 2,000 prompts of 10 outputs have a standard error of 2 %.
TEST(StepFit, BestTwoStepsAreThoseOfTheLaw) {
  const LinearRegression task = stack_task(10);
  const PromptSample tuning{.prompts = 2000, .seed = 1, .name = "tuning"};
  const StepFit free = best_free_steps(task, tuning, 2);
  EXPECT_NEAR(free.loss, 0.1413, 0.06 * 0.1413);
  EXPECT_NEAR(step_sizes(free.polynomial)[0].real(), 4.00, 0.2);
  EXPECT_NEAR(step_sizes(free.polynomial)[1].real(), 11.57, 0.6);
  const StepFit shared = best_shared_steps(task, tuning, 2);
  EXPECT_NEAR(shared.loss, 0.1566, 0.06 * 0.1566);
  EXPECT_NEAR(shared.polynomial.coefficients[0] / 2.0, 5.98, 0.2);
  EXPECT_LT(free.loss, shared.loss);
}

TEST(StepFit, NoOtherStepSizesHaveALowerLoss) {
  const LinearRegression task = stack_task(4);
  const StepFit best = best_free_steps(task, kSample, 2);
  for (const double factor : {0.98, 1.02}) {
    double sum = 0.0;
    for_each_batch(task, kSample, [&](const Prompts& prompts) {
      const torch::Tensor answers = descent_predictions(prompts, rescaled(best.polynomial, factor));
      sum += prompt_losses(answers, prompts.targets).sum().item<double>();
    });
    EXPECT_GT(sum / 100.0, best.loss);
  }
}

TEST(StepCount, CountsLayersThatMixTokens) {
  const LinearRegression task = stack_task(3);
  EXPECT_EQ(step_count(*constructed_stack(task, {1.0})), 1);
  EXPECT_EQ(step_count(*constructed_stack(task, {1.0, 2.0, 3.0})), 3)
      << "the linear layers do not count";
  EXPECT_EQ(step_count(*constructed_stack(task, std::vector<double>(7, 1.0))), 5) << "at most";
}

}  // namespace
}  // namespace gril
