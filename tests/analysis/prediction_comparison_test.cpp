#include "gril/analysis/prediction_comparison.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "gril/analysis/gradient_descent_baseline.h"
#include "tests/analysis/descent_model.h"

namespace gril {
namespace {

constexpr double kRate = 3.0;
constexpr double kExact = 1e-12;

ComparisonOptions options() {
  return {.sample = {.prompts = 300, .seed = 2, .batch_size = 128}, .descent = {{kRate}}};
}

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

TEST(PredictionComparison, ConstructionHasCosineOneAndNoDistance) {
  const LinearRegression task = small_task();
  const auto result = compare_predictions(*descent_model(task, kRate), task, options());
  EXPECT_NEAR(result.sensitivity_cosine, 1.0, kExact);
  EXPECT_NEAR(result.sensitivity_distance, 0.0, kExact);
  EXPECT_NEAR(result.prediction_distance, 0.0, kExact);
  EXPECT_NEAR(mean(result.model_losses), mean(result.gradient_descent_losses), kExact);
  EXPECT_EQ(result.model_losses.size(), 300U);
}

TEST(PredictionComparison, AScaledReadoutMovesDistancesAndNotTheCosine) {
  const LinearRegression task = small_task();
  const auto result = compare_predictions(*descent_model(task, 1.1 * kRate), task, options());
  EXPECT_NEAR(result.sensitivity_cosine, 1.0, kExact);
  EXPECT_NEAR(result.sensitivity_distance, 0.1 * result.sensitivity_norm, 1e-10);
  EXPECT_NEAR(result.prediction_distance, 0.1 * result.prediction_norm, 1e-10);
  EXPECT_NEAR(result.prediction_difference, 0.1, 1e-10);
}

TEST(PredictionComparison, AWrongWindowWeightLowersTheCosine) {
  const LinearRegression task = small_task();
  const auto model = descent_model(task, kRate);
  const at::NoGradGuard no_gradients;
  model->named_parameters()["layers.0.offset_weights"][2][2] = 0.3;
  const auto result = compare_predictions(*model, task, options());
  EXPECT_LT(result.sensitivity_cosine, 0.99);
  EXPECT_GT(result.prediction_distance, 0.01 * result.prediction_norm);
}

TEST(PredictionComparison, NullLossIsTheHalfMeanSquareOfTheTargets) {
  const LinearRegression task = small_task();
  const auto result = compare_predictions(*descent_model(task, kRate), task, options());
  double sum = 0.0;
  for_each_batch(task, options().sample,
                 [&](const Prompts& batch) { sum += batch.targets.square().sum().item<double>(); });
  EXPECT_NEAR(mean(result.null_losses), 0.5 * sum / (300 * 4), kExact);
}

TEST(LossRatioSpread, IsTheDeviationOfTheRatiosWhereLossesAreAlike) {
  const auto spread = [](const std::vector<double>& model, const std::vector<double>& descent) {
    PredictionComparison comparison;
    comparison.model_losses = model;
    comparison.gradient_descent_losses = descent;
    return loss_ratio_spread(comparison);
  };
  EXPECT_NEAR(spread({1.1, 0.9}, {1.0, 1.0}), 0.1, kExact);
  EXPECT_NEAR(spread({2.0, 4.0, 0.0}, {1.0, 2.0, 0.0}), 0.0, kExact) << "one ratio for all";
  EXPECT_NEAR(spread({1.0, 3.0}, {3.0, 1.0}), 2.0 * std::sqrt(2.0 / 10.0), kExact);
  EXPECT_TRUE(std::isnan(spread({0.0}, {0.0})));
}

// The query also enters the state update through the first row of the window.
TEST(QuerySensitivities, EqualCentralDifferences) {
  const LinearRegression task = small_task(3);
  const auto model = descent_model(task, kRate);
  const at::NoGradGuard no_gradients;
  model->named_parameters()["layers.0.offset_weights"].normal_();
  model->named_parameters()["layers.0.query_offsets"].normal_();
  const Prompts batch = task.sample_prompts(2, 9, torch::kFloat64);
  const torch::Tensor sensitivities = query_sensitivities(*model, task, batch);
  ASSERT_EQ(sensitivities.sizes(), (std::vector<int64_t>{2, 3, 3}));
  constexpr double kStep = 1e-5;
  for (int64_t input = 0; input < 3; ++input) {
    const auto moved = [&](double step) {
      torch::Tensor tokens = batch.tokens.clone();
      tokens.select(1, tokens.size(1) - 1).select(1, input).add_(step);
      return query_predictions(*model, tokens);
    };
    const torch::Tensor difference = (moved(kStep) - moved(-kStep)) / (2 * kStep);
    EXPECT_LT((sensitivities.select(2, input) - difference).abs().max().item<double>(), 1e-8);
  }
}

TEST(QuerySensitivities, OfTheConstructionAreTheWeightsAfterTheStep) {
  const LinearRegression task = small_task();
  const Prompts batch = task.sample_prompts(4, 9, torch::kFloat64);
  const torch::Tensor difference = query_sensitivities(*descent_model(task, kRate), task, batch) -
                                   kRate * unit_step_weights(batch);
  EXPECT_LT(difference.abs().max().item<double>(), kExact);
}

}  // namespace
}  // namespace gril
