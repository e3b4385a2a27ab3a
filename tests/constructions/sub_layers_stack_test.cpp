#include "gril/constructions/sub_layers_stack.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "gril/base/check.h"
#include "gril/constructions/gradient_descent_as_gril.h"
#include "gril/constructions/gradient_descent_stack.h"
#include "gril/models/model_size.h"
#include "tests/constructions/certified_descent.h"
#include "tests/constructions/descent_by_autograd.h"
#include "tests/constructions/descent_prompt.h"
#include "tests/support/error_text.h"
#include "tests/support/sequence_layer_suite.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

constexpr double kTolerance = 1e-12;
const TokenLayout kLayouts[] = {TokenLayout::kInterleaved, TokenLayout::kPairs,
                                TokenLayout::kWindowed, TokenLayout::kBlocks};

GradientDescentClaim two_steps(TokenLayout layout, double decay) {
  return {.layout = layout,
          .inputs = 4,
          .outputs = 3,
          .examples = 6,
          .learning_rates = {0.5, 1.5},
          .decay = decay,
          .route = DescentRoute::kSubLayers};
}

TEST(SubLayersStack, IsDescentByAutomaticDifferentiationAtEveryPrefix) {
  for (const TokenLayout layout : kLayouts) {
    const GradientDescentClaim claim = testing::from_weights(two_steps(layout, 1.0), false);
    const testing::DescentPrompt prompt = testing::draw_prompt(claim);
    const auto model = exact_model(sub_layers_stack(claim), at::kDouble);
    const at::Tensor output = model->forward(prompt.tokens, {}).output[0];
    const std::vector<int64_t> positions = prediction_positions(layout, claim.examples);
    for (int64_t i = 1; i <= claim.examples; ++i) {
      std::vector<testing::AutogradStep> steps;
      for (const double rate : claim.learning_rates) {
        steps.push_back({prompt.inputs.narrow(0, 0, i), prompt.targets.narrow(0, 0, i),
                         rate / static_cast<double>(claim.examples)});
      }
      EXPECT_TRUE(testing::agrees(
          token_layout_name(layout), output[positions[static_cast<std::size_t>(i - 1)]],
          at::mv(testing::descended_by_autograd(claim, steps), prompt.inputs[i]), kTolerance))
          << "after " << i << " examples";
    }
  }
}

TEST(SubLayersStack, IsCertifiedInEveryLayoutWidthContextAndDecay) {
  double worst = 0.0;
  int64_t turn = 0;
  for (const TokenLayout layout : kLayouts) {
    for (const double decay : {1.0, 0.9}) {
      for (const int64_t inputs : {1, 3, 32}) {
        for (const int64_t examples : {1, 2, 19, 113}) {
          GradientDescentClaim claim = two_steps(layout, decay);
          claim.inputs = inputs;
          claim.outputs = 1 + inputs / 8;
          claim.examples = examples;
          worst = std::max(worst,
                           testing::certified_error(testing::from_weights(claim, ++turn % 2 == 0)));
        }
      }
    }
  }
  RecordProperty("max_rel_error", concatenate(worst));
  EXPECT_LE(worst, kTolerance);
  EXPECT_GT(worst, 0.0) << "nothing was compared";
}

TEST(SubLayersStack, AnswersAsTheQuerySideStackOfTwoStepsDoes) {
  const GradientDescentClaim claim = two_steps(TokenLayout::kBlocks, 0.8);
  const at::Tensor tokens = testing::draw_prompt(claim).tokens;
  const auto sub_layers = exact_model(sub_layers_stack(claim), at::kDouble);
  const auto stack = exact_model(gradient_descent_stack(claim), at::kDouble);
  const at::Tensor output = sub_layers->forward(tokens, {}).output[0];
  const at::Tensor expected = stack->forward(tokens, {}).output[0];
  for (const int64_t position : prediction_positions(claim.layout, claim.examples)) {
    EXPECT_TRUE(testing::agrees("output", output[position], expected[position], kTolerance));
  }
}

TEST(SubLayersStack, HoldsThreeStatesAndIsCausal) {
  const auto model =
      exact_model(sub_layers_stack(two_steps(TokenLayout::kWindowed, 1.0)), at::kDouble);
  ASSERT_EQ(model->size(), 3U);
  EXPECT_EQ(model_size(*model).state_elements, 16 + 2 * 12);
  testing::expect_pieces_equal_whole(*model, {1, 3, 6});
  testing::expect_steps_equal_whole(*model, 5);
}

TEST(SubLayersStack, ReadsItsStatesWithWeightsOfTheirOwn) {
  // α R x + β R A x for any α and β: what two steps of different sizes cannot all reach.
  constexpr double kAlpha = -0.3;
  constexpr double kBeta = 2.5;
  const GradientDescentClaim claim = two_steps(TokenLayout::kWindowed, 1.0);
  const testing::DescentPrompt prompt = testing::draw_prompt(claim);
  const auto model = exact_model(sub_layers_stack(claim), at::kDouble);
  const c10::AutoGradMode no_grad(false);
  const double second = claim.learning_rates[1] / static_cast<double>(claim.examples);
  const double first = -kBeta / second;
  const at::Tensor all = at::eye(claim.outputs, at::kDouble);
  model->layer(2).named_parameters()["readout"].copy_(
      at::cat({first * all, (kAlpha - first) * all}, 1));
  const at::Tensor x = prompt.inputs.narrow(0, 0, claim.examples);
  const at::Tensor products = at::mm(prompt.targets.t(), x);
  const at::Tensor query = prompt.inputs[claim.examples];
  const at::Tensor expected =
      kAlpha * at::mv(products, query) + kBeta * at::mv(products, at::mv(at::mm(x.t(), x), query));
  EXPECT_TRUE(testing::agrees("output", model->forward(prompt.tokens, {}).output[0][-1], expected,
                              kTolerance));
}

TEST(SubLayersStack, RefusesWhatThreeStatesCannotAddUpTo) {
  const auto refusal = [](const GradientDescentClaim& claim) {
    return error_text<InvalidArgument>([&] { sub_layers_stack(claim); });
  };
  GradientDescentClaim claim = two_steps(TokenLayout::kPairs, 1.0);
  claim.learning_rates = {1.0};
  EXPECT_EQ(refusal(claim),
            "[gradient_descent] the route sub-layers takes two steps, which its three states add "
            "up to; got 1 step. Use the route causal.");
  claim.learning_rates = {1.0, 1.0, 1.0};
  EXPECT_EQ(refusal(claim),
            "[gradient_descent] the route sub-layers takes two steps, which its three states add "
            "up to; got 3 steps. Use the route causal.");
  claim.loss = DescentLoss::kCrossEntropy;
  EXPECT_EQ(refusal(claim),
            "[gradient_descent] the route sub-layers descends the squared loss: the gradient of "
            "the cross-entropy is no product of sums over the tokens. Use the route full-sums or "
            "minibatches.");
}

}  // namespace
}  // namespace gril
