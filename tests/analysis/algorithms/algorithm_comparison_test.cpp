#include "gril/analysis/algorithms/algorithm_comparison.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "gril/analysis/algorithms/scaled_inputs.h"
#include "gril/analysis/gradient_descent_baseline.h"
#include "gril/analysis/prediction_comparison.h"
#include "tests/analysis/decompiler/example_networks.h"
#include "tests/analysis/descent_model.h"

namespace gril {
namespace {

AlgorithmComparison compared(const LinearRegression& task, double rate) {
  return compare_with_algorithms(*descent_model(task, rate), task, {.prompts = 200, .seed = 1},
                                 {.prompts = 300, .seed = 1, .name = "tuning tasks"});
}

TEST(AlgorithmComparison, CallsOneStepOneStep) {
  const LinearRegression task = small_task();
  const double rate =
      sampled_loss_parabola(task, {.prompts = 300, .seed = 1, .name = "tuning tasks"})
          .best_learning_rate();
  const AlgorithmComparison found = compared(task, rate);
  EXPECT_EQ(found.nearest, 0U);
  EXPECT_EQ(found.nearest_sensitivity, 0U);
  const AlgorithmDistance& one = found.distances[0];
  EXPECT_NEAR(one.algorithm.parameter / rate, 1.0, 1e-6);
  EXPECT_LT(one.prediction_difference, 1e-10 * found.prediction_square);
  EXPECT_NEAR(one.prediction_cosine, 1.0, 1e-10);
  EXPECT_NEAR(one.sensitivity_cosine, 1.0, 1e-10);
  EXPECT_LT(one.sensitivity_difference, 1e-5 * found.sensitivity_norm);
  EXPECT_NEAR(one.loss, found.loss, 1e-9);
  for (std::size_t i = 1; i < found.distances.size(); ++i) {
    EXPECT_GT(found.distances[i].prediction_difference, 1e-3 * found.prediction_square);
  }
}

TEST(AlgorithmComparison, AgreesWithTheOtherComparisonOfOneStep) {
  const LinearRegression task = small_task();
  const AlgorithmComparison found = compared(task, 1.0);
  const double rate = found.distances[0].algorithm.parameter;
  ComparisonOptions options;
  options.sample = {.prompts = 200, .seed = 1};
  options.descent = {{rate}};
  const PredictionComparison other = compare_predictions(*descent_model(task, 1.0), task, options);
  EXPECT_NEAR(found.distances[0].sensitivity_cosine, other.sensitivity_cosine, 1e-10);
  EXPECT_NEAR(found.distances[0].sensitivity_difference, other.sensitivity_distance, 1e-10);
  // The network is the same step with η = 1.
  EXPECT_NEAR(found.distances[0].prediction_difference / found.prediction_square,
              (rate - 1.0) * (rate - 1.0), 1e-8);
}

TEST(ScaledInputs, AttentionIsCubic) {
  const SampleSequences sequences = standard_normal_sequences(3, {.sequences = 10, .length = 6});
  const auto attention = gated_rnn_model(attention_network(random_heads(2, 3, 0, 4)));
  const ScaledInputs cubic = scaled_inputs(*attention, sequences);
  ASSERT_EQ(cubic.deviations.size(), 5U);
  for (const double deviation : cubic.deviations) EXPECT_LT(deviation, 1e-13);
  const auto other = gated_rnn_model(random_network({}, 4));
  for (const double deviation : scaled_inputs(*other, sequences).deviations) {
    EXPECT_GT(deviation, 1e-2);
  }
}

/// y = x⁴ in one feature: at α = 2 it is 16 where 8 is cubic.
TEST(ScaledInputs, MeasureTheDistanceFromCubic) {
  GatedRnnWeights quartic;
  quartic.input_gate = at::tensor({1.0, 0.0}, at::kDouble).reshape({1, 2});
  quartic.input_map = quartic.input_gate;
  quartic.eigenvalues = at::zeros({1}, at::kDouble);
  quartic.output_gate = quartic.output_map = quartic.readout = at::ones({1, 1}, at::kDouble);
  const ScaledInputs found = scaled_inputs(
      *gated_rnn_model(quartic), standard_normal_sequences(1, {.sequences = 3, .length = 4}));
  for (std::size_t i = 0; i < found.factors.size(); ++i) {
    EXPECT_NEAR(found.deviations[i], std::abs(found.factors[i] - 1.0), 1e-13);
  }
}

}  // namespace
}  // namespace gril
