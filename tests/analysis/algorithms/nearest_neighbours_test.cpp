#include "gril/analysis/algorithms/nearest_neighbours.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "gril/base/error.h"
#include "gril/evaluation/loss.h"
#include "gril/tasks/in_context/linear_regression.h"
#include "tests/analysis/classification_task.h"
#include "tests/support/error_text.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

/// The definition: sort the examples of one prompt by distance, take the mean of the first k.
std::vector<double> mean_of_nearest(const Prompts& batch, int64_t prompt, std::size_t k) {
  const auto inputs = batch.context_inputs.accessor<double, 3>();
  const auto targets = batch.context_targets.accessor<double, 3>();
  const auto query = batch.query_inputs.accessor<double, 2>();
  std::vector<int64_t> order(static_cast<std::size_t>(inputs.size(1)));
  std::iota(order.begin(), order.end(), 0);
  const auto distance = [&](int64_t i) {
    double sum = 0.0;
    for (int64_t j = 0; j < inputs.size(2); ++j) {
      sum += std::pow(inputs[prompt][i][j] - query[prompt][j], 2);
    }
    return sum;
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](int64_t a, int64_t b) { return distance(a) < distance(b); });
  std::vector<double> mean(static_cast<std::size_t>(targets.size(2)), 0.0);
  for (std::size_t i = 0; i < k; ++i) {
    for (std::size_t o = 0; o < mean.size(); ++o) {
      mean[o] += targets[prompt][order[i]][static_cast<int64_t>(o)] / static_cast<double>(k);
    }
  }
  return mean;
}

LinearRegression regression() {
  LinearRegressionOptions options;
  options.inputs = 3;
  options.outputs = 2;
  options.examples = 6;
  options.layout = TokenLayout::kPairs;
  options.label_noise = 0.3;
  return LinearRegression(options);
}

TEST(NearestNeighbours, EqualTheirDefinition) {
  const Prompts batch = regression().sample_prompts(20, 1, torch::kFloat64);
  for (int64_t k = 1; k <= 6; ++k) {
    const torch::Tensor found = nearest_predictions({.neighbours = k}, batch);
    for (int64_t prompt = 0; prompt < 20; ++prompt) {
      const auto expected = mean_of_nearest(batch, prompt, static_cast<std::size_t>(k));
      EXPECT_NEAR(found[prompt][0].item<double>(), expected[0], 1e-14);
      EXPECT_NEAR(found[prompt][1].item<double>(), expected[1], 1e-14);
    }
  }
}

TEST(NearestNeighbours, ScoresAreLogarithmsOfSmoothedShares) {
  const Prompts batch = classification_task(3, 4, 7).sample_prompts(10, 2, torch::kFloat64);
  const torch::Tensor shares = nearest_scores({.neighbours = 5, .smoothing = 0.5}, batch).exp();
  for (int64_t prompt = 0; prompt < 10; ++prompt) {
    const auto mean = mean_of_nearest(batch, prompt, 5);
    for (int64_t c = 0; c < 4; ++c) {
      EXPECT_NEAR(shares[prompt][c].item<double>(),
                  (5.0 * mean[static_cast<std::size_t>(c)] + 0.5) / 7.0, 1e-14);
    }
  }
  EXPECT_TRUE(testing::agrees("sum", shares.sum(1), at::ones({10}, at::kDouble), 1e-14));
}

TEST(NearestNeighbours, NoOtherNumberIsBetter) {
  const Prompts tuning = regression().sample_prompts(500, 3, torch::kFloat64);
  const NearestNeighbours best = tuned_for_numbers(tuning);
  const auto loss = [&](int64_t k) {
    return (nearest_predictions({.neighbours = k}, tuning) - tuning.targets)
        .square()
        .mean()
        .item<double>();
  };
  for (int64_t k = 1; k <= 6; ++k) EXPECT_GE(loss(k), loss(best.neighbours)) << k;
}

TEST(NearestNeighbours, NoOtherNumberOrSmoothingIsBetter) {
  const Prompts tuning = classification_task(3, 4, 7).sample_prompts(500, 4, torch::kFloat64);
  const NearestNeighbours best = tuned_for_classes(tuning);
  const auto loss = [&](const NearestNeighbours& method) {
    return cross_entropy(nearest_scores(method, tuning), tuning.targets).item<double>();
  };
  const double least = loss(best);
  for (int64_t k = 1; k <= 7; ++k) {
    for (const double smoothing : {0.01, 0.1, 0.5, 1.0, 5.0, 0.9 * best.smoothing}) {
      EXPECT_GE(loss({k, smoothing}), least - 1e-6) << k << ' ' << smoothing;
    }
  }
}

TEST(NearestNeighbours, RefuseAPromptWithFewerExamples) {
  const Prompts batch = regression().sample_prompts(2, 1, torch::kFloat64);
  EXPECT_EQ(
      error_text<InvalidArgument>([&] { nearest_predictions({.neighbours = 7}, batch); }),
      "[nearest_neighbours] a prompt must have at least as many examples as neighbours; got 6 "
      "and 7.");
}

}  // namespace
}  // namespace gril
