#include "gril/constructions/gradient_descent_stack.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "gril/base/check.h"
#include "gril/constructions/certificate.h"
#include "gril/constructions/exact_model.h"
#include "gril/constructions/gradient_descent_as_gril.h"
#include "gril/models/model_size.h"
#include "gril/models/residual.h"
#include "tests/constructions/certified_descent.h"
#include "tests/constructions/descent_definition.h"
#include "tests/constructions/descent_prompt.h"
#include "tests/support/error_text.h"
#include "tests/support/sequence_layer_suite.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

constexpr double kTolerance = 1e-12;
const TokenLayout kLayouts[] = {TokenLayout::kInterleaved, TokenLayout::kPairs,
                                TokenLayout::kWindowed, TokenLayout::kBlocks};

TEST(GradientDescentStack, IsDescentByItsDefinitionAtEveryPrefix) {
  for (const TokenLayout layout : kLayouts) {
    for (const bool from_zero : {true, false}) {
      const GradientDescentClaim claim = testing::from_weights({.layout = layout,
                                                                .inputs = 4,
                                                                .outputs = 3,
                                                                .examples = 6,
                                                                .learning_rates = {0.5, 1.5, 0.8},
                                                                .decay = 0.9},
                                                               from_zero);
      testing::expect_descent_at_every_prefix(
          claim, *exact_model(gradient_descent_stack(claim), at::kDouble));
    }
  }
}

TEST(GradientDescentStack, IsCertifiedForUpToEightStepsAndWidth32) {
  double worst = 0.0;
  for (const TokenLayout layout : kLayouts) {
    for (int64_t steps = 2; steps <= 8; ++steps) {
      for (const int64_t inputs : {1, 3, 32}) {
        const GradientDescentClaim claim{.layout = layout,
                                         .inputs = inputs,
                                         .outputs = 1 + inputs / 8,
                                         .examples = 20,
                                         .learning_rates = testing::different_rates(steps),
                                         .decay = steps % 2 == 0 ? 1.0 : 0.9};
        for (const bool from_zero : {true, false}) {
          worst =
              std::max(worst, testing::certified_error(testing::from_weights(claim, from_zero)));
        }
      }
    }
  }
  RecordProperty("max_rel_error", concatenate(worst));
  EXPECT_LE(worst, kTolerance);
  EXPECT_GT(worst, 0.0) << "nothing was compared";
}

TEST(GradientDescentStack, OfOneStepIsTheOneLayerModel) {
  const GradientDescentClaim claim = testing::from_weights(
      {.layout = TokenLayout::kBlocks, .inputs = 3, .outputs = 2, .decay = 0.8}, false);
  const at::Tensor tokens = testing::draw_prompt(claim).tokens;
  const auto stack = exact_model(gradient_descent_stack(claim), at::kDouble);
  const ModelFile layer = gradient_descent_as_gril(claim, 1.0, at::kDouble);
  EXPECT_EQ(layer.model->size(), 1U);
  EXPECT_TRUE(testing::agrees("output", stack->forward(tokens, {}).output,
                              layer.model->forward(tokens, {}).output, kTolerance));
}

TEST(GradientDescentStack, HoldsOneMatrixPerStepAndIsCausal) {
  const GradientDescentClaim claim{.inputs = 5, .outputs = 2, .learning_rates = {1.0, 1.0, 1.0}};
  const auto model = exact_model(gradient_descent_stack(claim), at::kDouble);
  ASSERT_EQ(model->size(), 5U);
  // Two of A, d x d, and one of R, m x d; windowed tokens need no history.
  EXPECT_EQ(model_size(*model).state_elements, 2 * 25 + 10);
  testing::expect_pieces_equal_whole(*model, {1, 3, 6});
  testing::expect_steps_equal_whole(*model, 5);
}

TEST(GradientDescentStack, ReadsTheLearningRatesOutOfItsWeights) {
  const GradientDescentClaim claim{.inputs = 2, .examples = 4, .learning_rates = {2.0, 6.0}};
  const auto model = exact_model(gradient_descent_stack(claim), at::kDouble);
  const auto readout = [&](std::size_t layer) {
    const auto& residual = dynamic_cast<const Residual&>(model->layer(layer));
    return residual.body().layer(0).named_parameters()["readout"];
  };
  // The last step comes first: q, behind the token of 2d + m = 5 features, loses (6/4) A q.
  EXPECT_TRUE(at::equal(readout(1).narrow(0, 5, 2), -1.5 * at::eye(2, at::kDouble)));
  EXPECT_EQ(readout(1).abs().sum().item<double>(), 3.0);
}

TEST(GradientDescentStack, FailsItsCertificateWhenOneStepIsSlightlyOff) {
  const GradientDescentClaim claim{.inputs = 3, .learning_rates = {1.0, 2.0, 1.5}};
  GradientDescentClaim wrong = claim;
  wrong.learning_rates[1] += 1e-9;
  ModelFile file = gradient_descent_as_gril(wrong, 1.0, at::kDouble);
  file.claim = gradient_descent_as_gril(claim, 1.0, at::kDouble).claim;
  EXPECT_FALSE(certify(file, {}, "test").holds);
}

TEST(GradientDescentStack, Float32WeightsHoldAtTheirOwnTolerance) {
  const GradientDescentClaim claim{.inputs = 7, .outputs = 2, .learning_rates = {1.3, 0.7, 0.3}};
  const Certificate certificate =
      certify(gradient_descent_as_gril(claim, 1.0, at::kFloat), {}, "test");
  EXPECT_TRUE(certificate.holds) << to_text(certificate);
  EXPECT_EQ(certificate.tolerance, 1e-5);
}

TEST(GradientDescentStack, SaysItsStepsInWords) {
  GradientDescentClaim claim{.inputs = 3, .learning_rates = {1.0, 2.5}};
  EXPECT_EQ(sentence(claim),
            "2 steps of gradient descent on the squared loss of 10 context examples (3 inputs, 1 "
            "output, windowed tokens), learning rates 1, 2.5, from zero weights; after i examples "
            "the steps on these i with the same factors learning_rate/N.");
  claim.learning_rates = {2.5, 2.5};
  EXPECT_NE(sentence(claim).find("tokens), learning rate 2.5, from"), std::string::npos);
}

TEST(GradientDescentStack, RefusesStepsThatNoWeightsCanTake) {
  const auto refusal = [](const GradientDescentClaim& claim) {
    return error_text<InvalidArgument>([&] { gradient_descent_stack(claim); });
  };
  EXPECT_EQ(
      refusal({.layout = TokenLayout::kConstructed, .learning_rates = {1.0, 1.0}}),
      "[gradient_descent] constructed tokens allow one step: they show the products x*y only, "
      "so no layer can tell how the first step changed the prediction for x; got 2 steps. Use "
      "windowed, pairs, blocks or interleaved.");
  EXPECT_EQ(refusal({.layout = TokenLayout::kConstructed}),
            "[example_window] constructed tokens show no example, only products x*y.");
  EXPECT_EQ(refusal({.learning_rates = {}}),
            "[gradient_descent] learning_rates must hold one rate per step; got none.");
}

}  // namespace
}  // namespace gril
