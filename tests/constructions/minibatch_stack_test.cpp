#include "gril/constructions/minibatch_stack.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "gril/base/check.h"
#include "gril/base/example_segments.h"
#include "gril/constructions/certificate.h"
#include "gril/constructions/gradient_descent_as_gril.h"
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
const DescentLoss kLosses[] = {DescentLoss::kSquared, DescentLoss::kCrossEntropy};

GradientDescentClaim minibatches(TokenLayout layout, DescentLoss loss, int64_t examples,
                                 const std::vector<double>& rates) {
  return {.loss = loss,
          .layout = layout,
          .inputs = 4,
          .outputs = 3,
          .examples = examples,
          .learning_rates = rates,
          .route = DescentRoute::kMinibatches};
}

/// What the minibatches of the first `shown` examples make of W_0.
at::Tensor descended(const GradientDescentClaim& claim, const testing::DescentPrompt& prompt,
                     int64_t shown) {
  const std::vector<int64_t> sizes = segment_sizes(claim.examples, claim.steps());
  std::vector<testing::AutogradStep> steps;
  int64_t first = 0;
  for (std::size_t k = 0; k < sizes.size() && first < shown; first += sizes[k++]) {
    const int64_t count = std::min(sizes[k], shown - first);
    steps.push_back({prompt.inputs.narrow(0, first, count), prompt.targets.narrow(0, first, count),
                     claim.learning_rates[k] / static_cast<double>(sizes[k])});
  }
  return testing::descended_by_autograd(claim, steps);
}

TEST(MinibatchStack, IsMinibatchDescentByAutomaticDifferentiationAtEveryPrefix) {
  for (const TokenLayout layout : kLayouts) {
    for (const DescentLoss loss : kLosses) {
      for (const bool from_zero : {true, false}) {
        const GradientDescentClaim claim =
            testing::from_weights(minibatches(layout, loss, 7, {0.5, 1.5, 0.8}), from_zero);
        const testing::DescentPrompt prompt = testing::draw_prompt(claim);
        const auto model = exact_model(minibatch_stack(claim), at::kDouble);
        const at::Tensor output = model->forward(prompt.tokens, {}).output[0];
        const std::vector<int64_t> positions = prediction_positions(layout, claim.examples);
        for (int64_t i = 1; i <= claim.examples; ++i) {
          const at::Tensor expected = at::mv(descended(claim, prompt, i), prompt.inputs[i]);
          EXPECT_TRUE(testing::agrees(token_layout_name(layout),
                                      output[positions[static_cast<std::size_t>(i - 1)]], expected,
                                      kTolerance))
              << descent_loss_name(loss) << " after " << i << " examples";
        }
      }
    }
  }
}

TEST(MinibatchStack, OnCopiesOfOneContextIsDescentOnThatContext) {
  constexpr int64_t kSteps = 4;
  for (const TokenLayout layout : kLayouts) {
    for (const DescentLoss loss : kLosses) {
      GradientDescentClaim claim = testing::from_weights(
          minibatches(layout, loss, 6, testing::different_rates(kSteps)), false);
      const testing::DescentPrompt once = testing::draw_prompt(claim);
      const at::Tensor context = once.inputs.narrow(0, 0, 6);
      const at::Tensor query = once.inputs.narrow(0, 6, 1);
      claim.examples = 6 * kSteps;
      const testing::DescentPrompt copies = testing::prompt_of(
          claim, at::cat({context.repeat({kSteps, 1}), query}), once.targets.repeat({kSteps, 1}));
      std::vector<testing::AutogradStep> steps;
      for (const double rate : claim.learning_rates) {
        steps.push_back({context, once.targets, rate / 6.0});
      }
      const auto model = exact_model(minibatch_stack(claim), at::kDouble);
      EXPECT_TRUE(testing::agrees(
          descent_loss_name(loss), model->forward(copies.tokens, {}).output[0][-1],
          at::mv(testing::descended_by_autograd(claim, steps), query[0]), kTolerance));
    }
  }
}

TEST(MinibatchStack, IsCertifiedForUpToEightMinibatchesAndWidth32) {
  double worst = 0.0;
  int64_t turn = 0;
  for (const TokenLayout layout : kLayouts) {
    for (const DescentLoss loss : kLosses) {
      for (int64_t steps = 1; steps <= 8; ++steps) {
        const int64_t turns = turn++;
        GradientDescentClaim claim =
            minibatches(layout, loss, turns % 5 == 0 ? 101 : steps + turns % 7,
                        testing::different_rates(steps));
        claim.inputs = turns % 3 == 0 ? 32 : 3 + turns % 4;
        worst =
            std::max(worst, testing::certified_error(testing::from_weights(claim, turns % 2 == 0)));
      }
    }
  }
  RecordProperty("max_rel_error", concatenate(worst));
  EXPECT_LE(worst, kTolerance);
  EXPECT_GT(worst, 0.0) << "nothing was compared";
}

TEST(MinibatchStack, CertifiesContextsOfAnotherLengthThanItsOwn) {
  const GradientDescentClaim claim =
      minibatches(TokenLayout::kPairs, DescentLoss::kSquared, 10, {0.5, 0.7, 0.4});
  const ModelFile file = gradient_descent_as_gril(claim, 1.0, at::kDouble);
  for (const int64_t length : {1, 2, 3, 7, 50}) {
    const Certificate certificate = certify(file, {.trials = 5, .length = length}, "test");
    EXPECT_TRUE(certificate.holds) << to_text(certificate);
  }
}

TEST(MinibatchStack, IsCausalAndHoldsOneMatrixPerMinibatch) {
  const std::vector<double> rates = {1.0, 1.0, 1.0};
  const auto pairs = exact_model(
      minibatch_stack(minibatches(TokenLayout::kPairs, DescentLoss::kCrossEntropy, 9, rates)),
      at::kDouble);
  EXPECT_EQ(model_size(*pairs).state_elements, 3 * 3 * 4);
  testing::expect_pieces_equal_whole(*pairs, {1, 3, 6});
  testing::expect_steps_equal_whole(*pairs, 5);
  const auto windowed = exact_model(
      minibatch_stack(minibatches(TokenLayout::kWindowed, DescentLoss::kSquared, 9, rates)),
      at::kDouble);
  EXPECT_EQ(model_size(*windowed).state_elements, 2 * 3 * 3 * 4);
}

TEST(MinibatchStack, WithoutItsGatesIsNotMinibatchDescent) {
  const GradientDescentClaim claim =
      minibatches(TokenLayout::kPairs, DescentLoss::kSquared, 6, {0.7, 0.7});
  const testing::DescentPrompt prompt = testing::draw_prompt(claim);
  const auto model = exact_model(minibatch_stack(claim), at::kDouble);
  at::Tensor unmarked = prompt.tokens.clone();
  unmarked.narrow(2, 7, 2).fill_(1.0);
  const at::Tensor expected = at::mv(descended(claim, prompt, 6), prompt.inputs[6]);
  EXPECT_GT(testing::relative_rms(model->forward(unmarked, {}).output[0][-1], expected), 1e-3);
}

TEST(MinibatchStack, NamesTheSegmentsInItsTask) {
  const GradientDescentClaim claim =
      minibatches(TokenLayout::kWindowed, DescentLoss::kSquared, 6, {0.7, 0.7});
  const ModelFile file = gradient_descent_as_gril(claim, 1.0, at::kDouble);
  EXPECT_EQ(file.task["segments"], 2);
  EXPECT_EQ(file.model->input_size(), 2 * 4 + 3 + 2);
  EXPECT_EQ(sentence(claim),
            "2 steps of gradient descent on the squared loss of 6 context examples (4 inputs, 3 "
            "outputs, windowed tokens), one on each of 2 minibatches, learning rate 0.7, from zero "
            "weights; after i examples the steps on the minibatches of these i, the last of them "
            "as far as it goes.");
}

TEST(MinibatchStack, FailsItsCertificateWhenTheStepsAreSwapped) {
  GradientDescentClaim claim =
      minibatches(TokenLayout::kBlocks, DescentLoss::kSquared, 6, {0.7, 0.9});
  ModelFile file = gradient_descent_as_gril(claim, 1.0, at::kDouble);
  claim.learning_rates = {0.9, 0.7};
  file.claim = to_json(claim, kTolerance);
  EXPECT_FALSE(certify(file, {}, "test").holds);
}

TEST(MinibatchStack, RefusesWhatNoWeightsCanDo) {
  const auto refusal = [](const GradientDescentClaim& claim) {
    return error_text<InvalidArgument>([&] { minibatch_stack(claim); });
  };
  GradientDescentClaim claim =
      minibatches(TokenLayout::kPairs, DescentLoss::kSquared, 2, {0.7, 0.9, 1.0});
  EXPECT_EQ(refusal(claim),
            "[gradient_descent] the route minibatches needs an example for every step; got 3 steps "
            "and 2 examples.");
  claim.examples = 3;
  claim.decay = 0.9;
  EXPECT_EQ(refusal(claim),
            "[gradient_descent] the route minibatches needs decay 1: the sum over a minibatch "
            "would fade while the next ones pass; got 0.9. Use the route causal.");
  EXPECT_EQ(refusal({.layout = TokenLayout::kConstructed, .route = DescentRoute::kMinibatches}),
            "[gradient_descent] constructed tokens allow the route causal only; got minibatches. "
            "Use windowed, pairs, blocks or interleaved.");
  EXPECT_EQ(error_text<InvalidArgument>([] { descent_route_from_name("minibatch"); }),
            "[gradient_descent] route must be one of causal, sub-layers, full-sums, minibatches; "
            "got \"minibatch\". Did you mean \"minibatches\"?");
}

}  // namespace
}  // namespace gril
