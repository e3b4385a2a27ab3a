#include "gril/analysis/decompiler/descent_coefficients.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

#include "gril/analysis/decompiler/instantaneous_map.h"
#include "gril/base/error.h"
#include "tests/analysis/decompiler/example_networks.h"
#include "tests/support/error_text.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

constexpr double kRate = 0.0676;

/// Three inputs of unit variance, two outputs, twelve examples as pairs.
LinearRegressionOptions paper_task() {
  LinearRegressionOptions options;
  options.inputs = 3;
  options.outputs = 2;
  options.examples = 12;
  options.layout = TokenLayout::kPairs;
  options.input_range = 2.0 * std::sqrt(3.0);
  return options;
}

/// One gradient-descent step as linear attention: W_V = (0 I), M = rate · diag(I, 0).
AttentionHeads descent_heads() {
  AttentionHeads heads{at::zeros({1, 2, 5}, at::kDouble), at::zeros({1, 5, 5}, at::kDouble)};
  for (int64_t k = 0; k < 2; ++k) heads.values[0][k][3 + k] = 1.0;
  for (int64_t i = 0; i < 3; ++i) heads.products[0][i][i] = kRate;
  return heads;
}

TEST(DescentCoefficients, ReadsTheLearningRateOfAGradientDescentStep) {
  const GatedRnnWeights network = in_other_coordinates(attention_network(descent_heads()), 3);
  const DescentCoefficients kernel = descent_coefficients(state_forms(network), paper_task());
  EXPECT_NEAR(kernel.learning_rate_per_example, kRate, 1e-12);
  EXPECT_NEAR(kernel.mean_decay, 1.0, 1e-12);
  EXPECT_LT(kernel.off_diagonal, 1e-10);
  EXPECT_LT(kernel.diagonal_spread, 1e-10);
  EXPECT_NEAR(kernel.expected_rate_per_example, 1.0 / (12.0 + 3.0 - 0.2), 1e-12);
}

TEST(DescentCoefficients, AveragesTheDecayOfTheExamples) {
  const double decay = 0.99;
  const DescentCoefficients kernel =
      descent_coefficients(state_forms(attention_network(descent_heads(), decay)), paper_task());
  double mean = 0.0;
  for (int age = 1; age <= 12; ++age) mean += std::pow(decay, age) / 12.0;
  EXPECT_NEAR(kernel.mean_decay, mean, 1e-12);
  EXPECT_NEAR(kernel.learning_rate_per_example, kRate * mean, 1e-12);
  EXPECT_NEAR(kernel.newest[1][1][2][2].item<double>(), kRate, 1e-12);
}

TEST(DescentCoefficients, SeesWhatGradientDescentDoesNotHave) {
  AttentionHeads heads = descent_heads();
  heads.products[0][0][1] = 0.1 * kRate;
  const DescentCoefficients kernel =
      descent_coefficients(state_forms(attention_network(heads)), paper_task());
  EXPECT_NEAR(kernel.off_diagonal, 0.1, 1e-10);
  heads = descent_heads();
  heads.products[0][0][0] = 2.0 * kRate;
  const DescentCoefficients uneven =
      descent_coefficients(state_forms(attention_network(heads)), paper_task());
  EXPECT_NEAR(uneven.learning_rate_per_example, 4.0 / 3.0 * kRate, 1e-12);
  EXPECT_NEAR(uneven.diagonal_spread, std::sqrt(2.0) / 4.0, 1e-10);
}

TEST(DescentCoefficients, SaysWhereItDoesNotApply) {
  EXPECT_EQ(descent_obstacle(nullptr), "the model's task is not in-context linear regression");
  LinearRegressionOptions task = paper_task();
  EXPECT_EQ(descent_obstacle(to_json(task)), std::nullopt);
  task.layout = TokenLayout::kWindowed;
  EXPECT_EQ(
      error_text<InvalidArgument>(
          [&] { descent_coefficients(state_forms(attention_network(descent_heads())), task); }),
      "[descent_coefficients] the kernel of a gradient-descent step is read off tokens (x ; y), "
      "layout \"pairs\"; the task has layout \"windowed\".");
}

TEST(InstantaneousMap, IsTheSquareOfTheInputTimesTheLabel) {
  const GatedRnnWeights network = in_other_coordinates(attention_network(descent_heads()), 3);
  const InstantaneousMap map = instantaneous_map(state_forms(network), paper_task());
  EXPECT_TRUE(testing::agrees("squares", map.squares, at::full({2, 3}, kRate, at::kDouble), 1e-11));
  EXPECT_LT(map.other_norm, 1e-12);
}

/// Second difference in x_i, first in y_k: exact for a polynomial of degree 4.
double coefficient_by_differences(const GatedRnnWeights& weights, int64_t k, int64_t i) {
  double sum = 0.0;
  for (const double step : {-1.0, 0.0, 1.0}) {
    for (const double label : {-1.0, 1.0}) {
      torch::Tensor token = at::zeros({1, 1, 5}, at::kDouble);
      token[0][0][i] = step;
      token[0][0][3 + k] = label;
      const double weight = (step == 0.0 ? -2.0 : 1.0) * label / 4.0;
      sum += weight * layer_outputs(weights, token)[0][0][k].item<double>();
    }
  }
  return sum;
}

TEST(InstantaneousMap, EqualsDifferencesOfTheNetworksAnswers) {
  const GatedRnnWeights network = random_network({.features = 5}, 3);
  const InstantaneousMap map = instantaneous_map(state_forms(network), paper_task());
  for (int64_t k = 0; k < 2; ++k) {
    for (int64_t i = 0; i < 3; ++i) {
      EXPECT_NEAR(map.squares[k][i].item<double>(), coefficient_by_differences(network, k, i),
                  1e-12);
    }
  }
}

/// One neuron that holds (2 x_0)(x_1), squared: the one coefficient is 4.
TEST(InstantaneousMap, CountsEveryOtherCoefficientOnce) {
  GatedRnnWeights network = random_network({.features = 5, .neurons = 1, .gates = 1}, 3);
  network.input_gate = 2.0 * at::eye(6, at::kDouble).narrow(0, 0, 1);
  network.input_map = at::eye(6, at::kDouble).narrow(0, 1, 1);
  network.output_gate = at::ones({1, 1}, at::kDouble);
  network.output_map = at::ones({1, 1}, at::kDouble);
  network.readout = at::tensor({1.0, 0.0}, at::kDouble).reshape({2, 1});
  const InstantaneousMap map = instantaneous_map(state_forms(network), paper_task());
  EXPECT_NEAR(map.other_norm, 4.0, 1e-12);
  EXPECT_EQ(map.squares.abs().max().item<double>(), 0.0);
}

}  // namespace
}  // namespace gril
