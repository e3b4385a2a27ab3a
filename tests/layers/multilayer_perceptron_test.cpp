#include "gril/layers/multilayer_perceptron.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "gril/base/error.h"
#include "tests/support/error_text.h"
#include "tests/support/sequence_layer_suite.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

TEST(MultilayerPerceptron, EqualsItsEquation) {
  MultilayerPerceptron layer(
      {.input_size = 3, .hidden_size = 5, .output_size = 2, .activation = "tanh"});
  layer.to(at::kDouble);
  layer.initialize(5);
  const at::NoGradGuard no_grad;
  auto p = layer.named_parameters();
  p["hidden_bias"].copy_(testing::random_normal({5}, 1));
  p["output_bias"].copy_(testing::random_normal({2}, 2));
  const auto number = [](const at::Tensor& tensor) { return tensor.item<double>(); };
  const at::Tensor input = testing::random_normal({1, 4, 3}, 3);
  at::Tensor expected = at::empty({1, 4, 2}, at::kDouble);
  for (int64_t t = 0; t < 4; ++t) {
    for (int64_t i = 0; i < 2; ++i) {
      double output = number(p["output_bias"][i]);
      for (int64_t h = 0; h < 5; ++h) {
        double hidden = number(p["hidden_bias"][h]);
        for (int64_t j = 0; j < 3; ++j) {
          hidden += number(p["hidden_map"][h][j]) * number(input[0][t][j]);
        }
        output += number(p["output_map"][i][h]) * std::tanh(hidden);
      }
      expected[0][t][i] = output;
    }
  }
  EXPECT_TRUE(testing::agrees("output", layer.forward(input, {}).output, expected, 1e-12));
}

TEST(MultilayerPerceptron, SoftmaxSumsOverTheHiddenUnitsOfEachToken) {
  MultilayerPerceptron layer({.input_size = 3,
                              .hidden_size = 3,
                              .output_size = 3,
                              .activation = "softmax",
                              .bias = false});
  layer.to(at::kDouble);
  const at::NoGradGuard no_grad;
  for (auto& item : layer.named_parameters()) item.value().copy_(at::eye(3, at::kDouble));
  const at::Tensor input = testing::random_normal({2, 4, 3}, 3);
  const at::Tensor powers = input.exp();
  EXPECT_TRUE(testing::agrees("output", layer.forward(input, {}).output,
                              powers / powers.sum(2, true), 1e-12));
  const at::Tensor large = layer.forward(input * 1e4, {}).output;
  EXPECT_TRUE(at::isfinite(large).all().item<bool>()) << "large logits must not overflow";
}

TEST(MultilayerPerceptron, RefusesOptionsThatItCannotBuild) {
  const auto refusal = [](const MultilayerPerceptronOptions& options) {
    return error_text<InvalidArgument>([&] { MultilayerPerceptron layer(options); });
  };
  EXPECT_EQ(refusal({.hidden_size = 1, .output_size = 1}),
            "[multilayer_perceptron] input_size must be at least 1; got 0.");
  EXPECT_EQ(refusal({.input_size = 1, .output_size = 1}),
            "[multilayer_perceptron] hidden_size must be at least 1; got 0.");
  EXPECT_EQ(refusal({.input_size = 1, .hidden_size = 1}),
            "[multilayer_perceptron] output_size must be at least 1; got 0.");
  EXPECT_EQ(
      refusal({.input_size = 1, .hidden_size = 1, .output_size = 1, .activation = "bilinear"}),
      "[multilayer_perceptron] activation must be one of gelu, relu, sigmoid, silu, softmax, tanh; "
      "got \"bilinear\".");
}

}  // namespace
}  // namespace gril
