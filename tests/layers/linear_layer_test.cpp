#include "gril/layers/linear_layer.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <string>

#include "gril/base/error.h"
#include "tests/support/error_text.h"

namespace gril {
namespace {

TEST(LinearLayer, EqualsItsEquation) {
  LinearLayer layer({.input_size = 2, .output_size = 3});
  auto parameters = layer.named_parameters();
  const at::NoGradGuard no_grad;
  parameters["map"].copy_(at::tensor({1.0F, 2.0F, 3.0F, 4.0F, 5.0F, 6.0F}).view({3, 2}));
  parameters["bias"].copy_(at::tensor({0.5F, 0.0F, -1.0F}));
  const at::Tensor input = at::tensor({1.0F, 10.0F, -1.0F, 0.0F}).view({1, 2, 2});
  const at::Tensor expected = at::tensor({21.5F, 43.0F, 64.0F, -0.5F, -3.0F, -6.0F});
  EXPECT_TRUE(at::equal(layer.forward(input, {}).output, expected.view({1, 2, 3})));
}

TEST(LinearLayer, WithoutBiasHasNone) {
  LinearLayer layer({.input_size = 2, .output_size = 3, .bias = false});
  EXPECT_EQ(layer.named_parameters().find("bias"), nullptr);
  EXPECT_EQ(layer.forward(at::zeros({1, 1, 2}), {}).output.abs().max().item<float>(), 0.0F);
}

TEST(LinearLayer, StartsWithABiasOfTheDeviationAskedFor) {
  const auto start = [](double initial_bias) {
    LinearLayer layer({.input_size = 1, .output_size = 2000, .initial_bias = initial_bias});
    layer.initialize(7);
    return layer.named_parameters();
  };
  const auto drawn = start(3.0);
  // The standard error of a deviation from 2000 numbers is 3/√4000 = 0.05.
  EXPECT_NEAR(drawn["bias"].std().item<double>(), 3.0, 0.2);
  EXPECT_NEAR(drawn["bias"].mean().item<double>(), 0.0, 0.3);
  EXPECT_TRUE(at::equal(start(0.0)["bias"], at::zeros({2000})));
  EXPECT_TRUE(at::equal(start(0.0)["map"], drawn["map"]));
}

TEST(LinearLayer, RefusesAnInitialBiasThatDoesNotFit) {
  const auto refusal = [](const LinearLayerOptions& options) {
    return error_text<InvalidArgument>([&] { const LinearLayer layer(options); });
  };
  EXPECT_EQ(refusal({.input_size = 1, .output_size = 1, .initial_bias = -1.0}),
            "[linear] initial_bias must be a number of at least 0; got -1.");
  EXPECT_EQ(refusal({.input_size = 1, .output_size = 1, .bias = false, .initial_bias = 0.5}),
            "[linear] initial_bias must be 0 without a bias; got 0.5. Set bias, or leave "
            "initial_bias out.");
}

TEST(LinearLayer, RefusesEmptySizes) {
  EXPECT_EQ(error_text<InvalidArgument>([] { LinearLayer layer({.output_size = 1}); }),
            "[linear] input_size must be at least 1; got 0.");
  EXPECT_EQ(error_text<InvalidArgument>([] { LinearLayer layer({.input_size = 1}); }),
            "[linear] output_size must be at least 1; got 0.");
}

TEST(LinearLayer, RefusesInputsAndStatesThatDoNotFit) {
  const LinearLayer layer({.input_size = 2, .output_size = 3});
  const auto refusal = [&](const at::Tensor& input, const LayerState& state) {
    const std::string text = error_text<c10::ValueError>([&] { layer.forward(input, state); });
    return text.substr(0, text.find('\n'));
  };
  EXPECT_EQ(refusal(at::zeros({1, 2, 3}), {}),
            "[linear] input must have shape (B, T, 2) with T at least 1; got (1, 2, 3).");
  EXPECT_EQ(refusal(at::zeros({1, 2, 2}), {at::zeros({1, 3})}),
            "[linear] state must hold 0 tensors; got 1. Pass initial_state(batch) or the state of "
            "an earlier call.");
}

}  // namespace
}  // namespace gril
