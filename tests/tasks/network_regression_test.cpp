#include "gril/tasks/in_context/network_regression.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <string>

#include "gril/base/error.h"
#include "tests/support/error_text.h"

namespace gril {
namespace {

constexpr uint64_t kSeed = 20260615;

NetworkRegressionOptions sized(int64_t inputs, int64_t examples, NetworkUnits units) {
  NetworkRegressionOptions options;
  options.inputs = inputs;
  options.examples = examples;
  options.hidden_size = 8;
  options.units = units;
  return options;
}

TEST(NetworkRegression, LabelsHaveMeanZeroAndTheVarianceOfTheirScale) {
  for (const NetworkUnits units : {NetworkUnits::kRelu, NetworkUnits::kCosine}) {
    for (const int64_t inputs : {1, 6}) {
      NetworkRegressionOptions options = sized(inputs, 1, units);
      options.input_range = 3.0;
      options.scale = 0.5;
      const torch::Tensor y =
          NetworkRegression(options).sample_prompts(100000, kSeed, at::kDouble).targets;
      const double error = y.square().std().item<double>() / std::sqrt(1e5);
      EXPECT_NEAR(y.square().mean().item<double>(), 0.25, 4 * error);
      EXPECT_LT(error, 0.004);
      EXPECT_NEAR(y.mean().item<double>(), 0, 4 * 0.5 / std::sqrt(1e5));
    }
  }
}

/// Covariance of the labels of two inputs over networks of scale 1, row by row; σ² is 1/12.
torch::Tensor kernel(NetworkUnits units, const torch::Tensor& a, const torch::Tensor& b) {
  const double spread = static_cast<double>(a.size(1)) / 12;
  if (units == NetworkUnits::kCosine) return (-(a - b).square().sum(1) / (2 * spread)).exp();
  const torch::Tensor products = (a * b).sum(1) / spread + 1;
  const torch::Tensor sizes =
      ((a.square().sum(1) / spread + 1) * (b.square().sum(1) / spread + 1)).sqrt();
  const torch::Tensor angle = (products / sizes).clamp(-1, 1).acos();
  return sizes * (angle.sin() + (std::numbers::pi - angle) * angle.cos()) / (2 * std::numbers::pi);
}

TEST(NetworkRegression, LabelsOfOnePromptHaveTheCovarianceOfTheKernel) {
  for (const NetworkUnits units : {NetworkUnits::kRelu, NetworkUnits::kCosine}) {
    const Prompts batch =
        NetworkRegression(sized(2, 1, units)).sample_prompts(200000, kSeed, at::kDouble);
    const torch::Tensor x = batch.context_inputs.select(1, 0);
    const torch::Tensor products = (batch.context_targets.select(1, 0) * batch.targets).squeeze(1);
    const torch::Tensor expected = kernel(units, x, batch.query_inputs);
    // In four groups of prompts, from the most alike inputs to the least.
    const torch::Tensor order = expected.argsort(0, true);
    for (const torch::Tensor& group : order.chunk(4)) {
      const torch::Tensor gaps = (products - expected).index_select(0, group);
      const double error = gaps.std().item<double>() / std::sqrt(5e4);
      EXPECT_NEAR(gaps.mean().item<double>(), 0, 4 * error);
      EXPECT_LT(error, 0.02);
    }
  }
}

TEST(NetworkRegression, ReluNetworksAreLinearBetweenTheirKinks) {
  // One unit, one input: y = w2 max(w1 x + b, 0) has two slopes at most, one of them 0.
  NetworkRegressionOptions options = sized(1, 30, NetworkUnits::kRelu);
  options.hidden_size = 1;
  const Prompts batch = NetworkRegression(options).sample_prompts(50, kSeed, at::kDouble);
  for (int64_t row = 0; row < 50; ++row) {
    const torch::Tensor y = batch.context_targets[row].squeeze(1);
    const torch::Tensor active = y.ne(0).nonzero().squeeze(1);
    if (active.size(0) < 3) continue;
    const torch::Tensor x = batch.context_inputs[row].squeeze(1).index_select(0, active);
    const torch::Tensor line = at::stack({x, at::ones_like(x)}, 1);
    const torch::Tensor labels = y.index_select(0, active).unsqueeze(1);
    const torch::Tensor fitted = line.matmul(at::linalg_pinv(line).matmul(labels));
    EXPECT_LT((fitted - labels).abs().max().item<double>(), 1e-9);
  }
}

template <typename Change>
std::string message_for(const Change& change) {
  NetworkRegressionOptions options;
  change(options);
  return error_text<InvalidArgument>([&] { NetworkRegression{options}; });
}

TEST(NetworkRegression, RefusesValuesOutsideTheirRule) {
  EXPECT_EQ(message_for([](auto& o) { o.inputs = 0; }),
            "[network_regression] inputs must be at least 1; got 0.");
  EXPECT_EQ(message_for([](auto& o) { o.outputs = 0; }),
            "[network_regression] outputs must be at least 1; got 0.");
  EXPECT_EQ(message_for([](auto& o) { o.examples = 0; }),
            "[network_regression] examples must be at least 1; got 0.");
  EXPECT_EQ(message_for([](auto& o) { o.hidden_size = 0; }),
            "[network_regression] hidden_size must be at least 1; got 0.");
  EXPECT_EQ(message_for([](auto& o) { o.input_range = 0; }),
            "[network_regression] input_range must lie in [1e-09, 1e+09], so that float32 holds "
            "the numbers; got "
            "0.");
  EXPECT_EQ(message_for([](auto& o) { o.scale = -1; }),
            "[network_regression] scale must lie in [1e-09, 1e+09], so that float32 holds the "
            "numbers; got -1.");
  EXPECT_EQ(message_for([](auto& o) { o.input_range = 1e-300; }),
            "[network_regression] input_range must lie in [1e-09, 1e+09], so that float32 holds "
            "the numbers; got "
            "1e-300.");
  EXPECT_EQ(message_for([](auto& o) { o.outputs = 11; }),
            "[token_layout] interleaved tokens hold at most as many outputs as inputs; got 11 "
            "outputs and 10 inputs. Use blocks.");
}

}  // namespace
}  // namespace gril
