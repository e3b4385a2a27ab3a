#include "gril/layers/embedding.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <string>

#include "gril/base/error.h"
#include "tests/support/error_text.h"
#include "tests/support/sequence_layer_suite.h"

namespace gril {
namespace {

at::Tensor symbols(const std::vector<int64_t>& values) {
  return at::tensor(values).view({1, static_cast<int64_t>(values.size()), 1});
}

/// What forward refuses the input with.
std::string refusal(const Embedding& layer, const at::Tensor& input, const LayerState& state = {}) {
  const std::string text = error_text<c10::ValueError>([&] { layer.forward(input, state); });
  return text.substr(0, text.find('\n'));
}

TEST(Embedding, GivesTheRowOfTheTableThatEachSymbolNames) {
  const Embedding layer({.symbols = 3, .output_size = 2});
  const at::NoGradGuard no_grad;
  layer.named_parameters()["table"].copy_(at::arange(6).view({3, 2}));
  const at::Tensor expected = at::tensor({4.0F, 5.0F, 0.0F, 1.0F, 4.0F, 5.0F, 2.0F, 3.0F});
  EXPECT_TRUE(at::equal(layer.forward(symbols({2, 0, 2, 1}), {}).output, expected.view({1, 4, 2})));
  EXPECT_TRUE(at::equal(layer.step(at::tensor({int64_t{1}}).view({1, 1}), {}).output,
                        at::tensor({2.0F, 3.0F}).view({1, 2})));
}

TEST(Embedding, AddsUpTheGradientsOfASymbolThatComesAgain) {
  const Embedding layer({.symbols = 3, .output_size = 2});
  const at::Tensor weights = testing::random_normal({1, 4, 2}, 1).to(at::kFloat);
  (layer.forward(symbols({2, 0, 2, 2}), {}).output * weights).sum().backward();
  const at::Tensor gradient = layer.named_parameters()["table"].grad();
  const at::Tensor w = weights[0];
  EXPECT_TRUE(at::allclose(gradient, at::stack({w[1], at::zeros({2}), w[0] + w[2] + w[3]})));
}

TEST(Embedding, StartsWithTheScaleAskedFor) {
  const auto deviation = [](const Embedding& layer) {
    return layer.named_parameters()["table"].std().item<double>();
  };
  EXPECT_NEAR(deviation(Embedding({.symbols = 100, .output_size = 64})), 0.02, 1e-3);
  EXPECT_NEAR(deviation(Embedding({.symbols = 100, .output_size = 64, .initial_scale = 1.0})), 1.0,
              5e-2);
}

TEST(Embedding, RefusesOptionsOutsideTheirRange) {
  EXPECT_EQ(error_text<InvalidArgument>([] { Embedding layer({.output_size = 1}); }),
            "[embedding] symbols must be at least 1; got 0.");
  EXPECT_EQ(error_text<InvalidArgument>([] { Embedding layer({.symbols = 1}); }),
            "[embedding] output_size must be at least 1; got 0.");
  EXPECT_EQ(error_text<InvalidArgument>(
                [] { Embedding layer({.symbols = 1, .output_size = 1, .initial_scale = 0.0}); }),
            "[embedding] initial_scale must be above 0; got 0.");
}

TEST(Embedding, RefusesWhatIsNoSymbol) {
  const Embedding layer({.symbols = 3, .output_size = 2});
  EXPECT_EQ(refusal(layer, symbols({0, 2, 3, 7})),
            "[embedding] symbols must lie in 0 to 2; got 3 in sequence 0 at token 2, both counted "
            "from 0.");
  EXPECT_EQ(refusal(layer, at::cat({symbols({0, 2}), symbols({1, -1})})),
            "[embedding] symbols must lie in 0 to 2; got -1 in sequence 1 at token 1, both counted "
            "from 0.");
  EXPECT_EQ(refusal(layer, at::zeros({1, 2, 1})),
            "[embedding] input must hold symbols, int64; got float32.");
  EXPECT_EQ(refusal(layer, symbols({0, 1}).view({1, 2})),
            "[embedding] input must have shape (B, T, 1) with T at least 1; got (1, 2).");
  EXPECT_EQ(refusal(layer, symbols({0, 1}).view({1, 1, 2})),
            "[embedding] input must have shape (B, T, 1) with T at least 1; got (1, 1, 2).");
  EXPECT_EQ(refusal(layer, symbols({0, 1}), {at::zeros({1, 3})}),
            "[embedding] state must hold 0 tensors; got 1. Pass initial_state(batch) or the state "
            "of an earlier call.");
}

}  // namespace
}  // namespace gril
