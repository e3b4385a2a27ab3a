#include "gril/analysis/algorithms/cross_entropy_descent.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <array>

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

torch::Tensor rates(const std::vector<double>& values) {
  return at::tensor(values, at::TensorOptions(at::kDouble));
}

/// −(1/N) Σ y_iᵀ log softmax(W x_i) of one prompt, by the losses of evaluation.
double context_loss(const Prompts& batch, int64_t prompt, const torch::Tensor& weights) {
  const torch::Tensor scores = batch.context_inputs[prompt].matmul(weights.t());
  return cross_entropy(scores, batch.context_targets[prompt].argmax(1)).item<double>();
}

/// The gradient of context_loss by central differences.
torch::Tensor difference_gradient(const Prompts& batch, int64_t prompt,
                                  const torch::Tensor& weights) {
  constexpr double kStep = 1e-5;
  torch::Tensor gradient = at::zeros_like(weights);
  for (int64_t c = 0; c < weights.size(0); ++c) {
    for (int64_t j = 0; j < weights.size(1); ++j) {
      torch::Tensor step = at::zeros_like(weights);
      step[c][j] = kStep;
      gradient[c][j] = (context_loss(batch, prompt, weights + step) -
                        context_loss(batch, prompt, weights - step)) /
                       (2.0 * kStep);
    }
  }
  return gradient;
}

double query_loss(const torch::Tensor& step_sizes, const Prompts& batch) {
  return cross_entropy(cross_entropy_descent_scores(batch, step_sizes), batch.targets)
      .item<double>();
}

TEST(CrossEntropyDescent, StepsAlongTheGradientByCentralDifferences) {
  const Prompts batch = prompts(1, 3);
  const std::vector<double> sizes = {2.0, 0.5, 3.0};
  for (int64_t prompt = 0; prompt < 3; ++prompt) {
    torch::Tensor weights = at::zeros({4, 3}, at::kDouble);
    for (const double size : sizes) {
      weights = weights - size * difference_gradient(batch, prompt, weights);
    }
    EXPECT_TRUE(testing::agrees(
        "weights", cross_entropy_descent_weights(batch, rates(sizes))[prompt], weights, 1e-9));
  }
}

TEST(CrossEntropyDescent, ScoresAreTheWeightsOnTheQuery) {
  const Prompts batch = prompts(1, 3);
  const torch::Tensor weights = cross_entropy_descent_weights(batch, rates({2.0, 1.0}));
  const torch::Tensor scores = cross_entropy_descent_scores(batch, rates({2.0, 1.0}));
  for (int64_t prompt = 0; prompt < 3; ++prompt) {
    EXPECT_TRUE(testing::agrees("scores", scores[prompt],
                                weights[prompt].matmul(batch.query_inputs[prompt]), 1e-14));
  }
}

TEST(CrossEntropyDescent, NoOtherSharedRateIsBetter) {
  const Prompts tuning = prompts(2, 500);
  for (const int64_t steps : {1, 3}) {
    const torch::Tensor best = tuned_shared_rates(steps, tuning);
    EXPECT_EQ((best - best[0]).abs().max().item<double>(), 0.0);
    for (const double factor : {0.3, 0.9, 0.99, 1.01, 1.1, 3.0}) {
      EXPECT_GT(query_loss(factor * best, tuning), query_loss(best, tuning)) << factor;
    }
  }
}

TEST(CrossEntropyDescent, NoOtherFreeRatesNearbyAreBetter) {
  const Prompts tuning = prompts(2, 500);
  const torch::Tensor shared = tuned_shared_rates(3, tuning);
  const torch::Tensor free = tuned_free_rates(shared, tuning);
  const double least = query_loss(free, tuning);
  EXPECT_LT(least, query_loss(shared, tuning) - 1e-4);
  for (int64_t k = 0; k < 3; ++k) {
    for (const double factor : {0.9, 0.99, 1.01, 1.1}) {
      torch::Tensor other = free.clone();
      other[k] *= factor;
      EXPECT_GT(query_loss(other, tuning), least) << k << ' ' << factor;
    }
  }
}

struct Reference {
  int64_t examples;
  int64_t steps;
  double loss;
  double accuracy;
};

// gril.md 1.5, d = 10, C = 5. The standard error of 6000 prompts is about 0.01 and 0.006.
TEST(CrossEntropyDescent, ReachesTheReferenceValues) {
  constexpr std::array kReferences = {
      Reference{20, 1, 1.161, 0.536}, Reference{20, 2, 1.094, 0.561},
      Reference{20, 5, 1.068, 0.572}, Reference{50, 1, 0.888, 0.650},
      Reference{50, 2, 0.762, 0.701}, Reference{50, 5, 0.687, 0.729}};
  for (const Reference& reference : kReferences) {
    const LinearClassification task = classification_task(10, 5, reference.examples);
    const Prompts fresh = task.sample_prompts(6000, 5, torch::kFloat64);
    const torch::Tensor best =
        tuned_shared_rates(reference.steps, task.sample_prompts(500, 6, torch::kFloat64));
    const torch::Tensor scores = cross_entropy_descent_scores(fresh, best);
    EXPECT_NEAR(cross_entropy(scores, fresh.targets).item<double>(), reference.loss, 0.03);
    EXPECT_NEAR(scores.argmax(1).eq(fresh.targets).to(at::kDouble).mean().item<double>(),
                reference.accuracy, 0.02);
  }
}

TEST(CrossEntropyDescent, RefusesNoStep) {
  EXPECT_EQ(error_text<InvalidArgument>([] { tuned_shared_rates(0, prompts(1, 2)); }),
            "[cross_entropy_descent] steps must be at least 1; got 0.");
}

}  // namespace
}  // namespace gril
