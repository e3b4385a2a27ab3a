#include "gril/analysis/algorithms/logistic_regression.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "gril/analysis/algorithms/context_span.h"
#include "gril/analysis/algorithms/cross_entropy_descent.h"
#include "gril/base/error.h"
#include "gril/evaluation/loss.h"
#include "tests/analysis/classification_task.h"
#include "tests/support/error_text.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

Prompts prompts(uint64_t seed, int64_t count, int64_t examples = 7) {
  return classification_task(3, 4, examples).sample_prompts(count, seed, torch::kFloat64);
}

double objective(const Prompts& batch, int64_t prompt, const torch::Tensor& weights,
                 double penalty) {
  const torch::Tensor scores = batch.context_inputs[prompt].matmul(weights.t());
  const torch::Tensor loss = cross_entropy(scores, batch.context_targets[prompt].argmax(1));
  return (loss + 0.5 * penalty * weights.square().sum()).item<double>();
}

// The objective is convex: where its slopes vanish it is least.
TEST(LogisticRegression, HasNoSlopeByCentralDifferences) {
  const Prompts batch = prompts(1, 5);
  for (const double penalty : {1e-3, 0.03, 1.0}) {
    const torch::Tensor weights = logistic_regression_weights(batch, penalty);
    for (int64_t prompt = 0; prompt < 5; ++prompt) {
      for (int64_t c = 0; c < 4; ++c) {
        for (int64_t j = 0; j < 3; ++j) {
          torch::Tensor step = at::zeros({4, 3}, at::kDouble);
          step[c][j] = 1e-4;
          const double rise = objective(batch, prompt, weights[prompt] + step, penalty) -
                              objective(batch, prompt, weights[prompt] - step, penalty);
          EXPECT_NEAR(rise / 2e-4, 0.0, 1e-7) << penalty;
        }
      }
    }
  }
}

TEST(LogisticRegression, GivesTheSameScoresInTheSpanOfTheContext) {
  const Prompts wide = classification_task(9, 4, 5).sample_prompts(20, 2, torch::kFloat64);
  EXPECT_TRUE(testing::agrees("scores", logistic_regression_scores(in_context_span(wide), 0.05),
                              logistic_regression_scores(wide, 0.05), 1e-7));
}

TEST(LogisticRegression, NoOtherPenaltyIsBetter) {
  const Prompts tuning = prompts(3, 400, 12);
  const double best = tuned_logistic_penalty(tuning);
  const auto loss = [&](double penalty) {
    return cross_entropy(logistic_regression_scores(tuning, penalty), tuning.targets)
        .item<double>();
  };
  for (const double factor : {0.1, 0.5, 2.0, 10.0}) {
    EXPECT_GT(loss(factor * best), loss(best)) << factor;
  }
}

TEST(LogisticRegression, IsAheadOfOneStep) {
  const Prompts tuning = prompts(4, 400, 12);
  const double logistic =
      cross_entropy(logistic_regression_scores(tuning, tuned_logistic_penalty(tuning)),
                    tuning.targets)
          .item<double>();
  const double one_step =
      cross_entropy(cross_entropy_descent_scores(tuning, tuned_shared_rates(1, tuning)),
                    tuning.targets)
          .item<double>();
  EXPECT_LT(logistic, one_step);
}

TEST(LogisticRegression, RefusesAPenaltyOfZero) {
  EXPECT_EQ(error_text<InvalidArgument>([] { logistic_regression_scores(prompts(1, 2), 0.0); }),
            "[logistic_regression] penalty must be above 0; got 0.");
}

}  // namespace
}  // namespace gril
