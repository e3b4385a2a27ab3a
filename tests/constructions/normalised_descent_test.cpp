// Descent whose loss is divided by what was seen so far.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "gril/base/error.h"
#include "gril/constructions/certificate.h"
#include "gril/constructions/chebyshev_learning_rates.h"
#include "gril/constructions/exact_model.h"
#include "gril/constructions/gradient_descent_as_gril.h"
#include "gril/constructions/gradient_descent_stack.h"
#include "tests/constructions/certified_descent.h"
#include "tests/constructions/descent_definition.h"
#include "tests/constructions/descent_prompt.h"
#include "tests/support/error_text.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

constexpr double kTolerance = 1e-12;
const TokenLayout kLayouts[] = {TokenLayout::kInterleaved, TokenLayout::kPairs,
                                TokenLayout::kWindowed, TokenLayout::kBlocks};

std::vector<GradientDescentClaim> normalised_claims() {
  std::vector<GradientDescentClaim> claims;
  for (const std::string name : {"count", "power"}) {
    for (const TokenLayout layout : kLayouts) {
      const bool twice = layout == TokenLayout::kBlocks || layout == TokenLayout::kInterleaved;
      if (name == "count" && twice) continue;
      for (const double decay : {1.0, 0.8}) {
        for (const bool from_zero : {true, false}) {
          claims.push_back(testing::from_weights({.layout = layout,
                                                  .inputs = 4,
                                                  .outputs = 2,
                                                  .examples = 7,
                                                  .learning_rates = {0.5, 1.5, 0.8},
                                                  .decay = decay,
                                                  .normalisation = name},
                                                 from_zero));
        }
      }
    }
  }
  return claims;
}

TEST(NormalisedDescent, IsDescentOnTheMeanOrTheScaledLossAtEveryPrefix) {
  for (GradientDescentClaim claim : normalised_claims()) {
    for (const std::size_t steps : {3, 1}) {
      claim.learning_rates.resize(steps);
      const ModelFile file = gradient_descent_as_gril(claim, 1.0, at::kDouble);
      testing::expect_descent_at_every_prefix(claim, *file.model);
      const Certificate certificate = certify(file, {.trials = 3}, "test");
      EXPECT_TRUE(certificate.holds) << to_text(certificate);
      EXPECT_LE(certificate.errors.max_rel_error, kTolerance);
    }
  }
}

TEST(NormalisedDescent, OfChebyshevStepsReachesLeastSquaresAtEveryLength) {
  GradientDescentClaim claim{.inputs = 3,
                             .examples = 40,
                             .learning_rates = chebyshev_learning_rates(60, 0.05, 1.0),
                             .normalisation = "power"};
  const testing::DescentPrompt prompt = testing::draw_prompt(claim);
  const auto model = exact_model(gradient_descent_stack(claim), at::kDouble);
  const at::Tensor output = model->forward(prompt.tokens, {}).output[0];
  for (const int64_t i : {10, 25, 40}) {
    const at::Tensor x = prompt.inputs.narrow(0, 0, i);
    const at::Tensor moments = at::mm(x.t(), x);
    const at::Tensor weights =
        at::mm(at::inverse(moments), at::mm(x.t(), prompt.targets.narrow(0, 0, i)));
    const at::Tensor expected = at::mv(weights.t(), prompt.inputs[i]);
    EXPECT_TRUE(testing::agrees("prediction", output[i - 1], expected, 1e-4)) << i;
  }
}

TEST(NormalisedDescent, RefusesNormalisationThatTheTokensDoNotShow) {
  const auto refusal = [](const GradientDescentClaim& claim) {
    return error_text<InvalidArgument>([&] { check(claim); });
  };
  EXPECT_EQ(
      refusal({.layout = TokenLayout::kBlocks, .normalisation = "count"}),
      "[gradient_descent] normalisation count needs one update per example; got blocks tokens, "
      "with which a layer also updates between examples. Use windowed, pairs or constructed, "
      "or normalisation power.");
  EXPECT_EQ(
      refusal({.layout = TokenLayout::kConstructed, .normalisation = "power"}),
      "[gradient_descent] normalisation power needs the inputs; got constructed tokens, which "
      "show the products x*y only. Use windowed, pairs, blocks or interleaved.");
  EXPECT_EQ(
      refusal({.normalisation = "powers"}),
      "[gradient_descent] normalisation must be one of none, count, power; got \"powers\". Did "
      "you mean \"power\"?");
}

TEST(NormalisedDescent, OnTheFeaturesOfANetworkAndOnTheCrossEntropyIsCertified) {
  for (const std::string name : {"count", "power"}) {
    GradientDescentClaim claim{.inputs = 3,
                               .learning_rates = {0.8, 1.4},
                               .decay = 0.9,
                               .features = random_feature_map(3, 5, 7, "tanh", 2),
                               .normalisation = name};
    EXPECT_LE(testing::certified_error(claim), kTolerance) << name;
    claim.features = {};
    claim.outputs = 4;
    claim.learning_rates = {1.5};
    claim.loss = DescentLoss::kCrossEntropy;
    for (const bool from_zero : {true, false}) {
      EXPECT_LE(testing::certified_error(testing::from_weights(claim, from_zero)), kTolerance)
          << name;
    }
  }
}

TEST(NormalisedDescent, SaysInWordsWhatDividesTheLoss) {
  GradientDescentClaim claim{.inputs = 3, .learning_rates = {2.5, 2.5}};
  claim.normalisation = "count";
  EXPECT_EQ(
      sentence(claim),
      "2 steps of gradient descent on the mean squared loss of the context (3 inputs, 1 output, "
      "windowed tokens), learning rate 2.5, from zero weights; the same after any number of "
      "examples.");
  claim.normalisation = "power";
  EXPECT_NE(sentence(claim).find("squared loss of the context over the sum of its |x|^2 (3"),
            std::string::npos);
}

}  // namespace
}  // namespace gril
