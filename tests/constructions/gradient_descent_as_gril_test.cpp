#include "gril/constructions/gradient_descent_as_gril.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "gril/base/check.h"
#include "gril/constructions/certificate.h"
#include "tests/support/error_text.h"

namespace gril {
namespace {

const TokenLayout kLayouts[] = {TokenLayout::kConstructed, TokenLayout::kInterleaved,
                                TokenLayout::kPairs, TokenLayout::kWindowed, TokenLayout::kBlocks};

constexpr double kTolerance = 1e-12;

/// Whether a layout can hold this step; what it cannot is tested as a refusal.
bool fits(const GradientDescentClaim& claim) {
  if (claim.layout == TokenLayout::kConstructed)
    return claim.outputs == 1 && claim.starts_from_zero();
  return claim.layout != TokenLayout::kInterleaved || claim.outputs <= claim.inputs;
}

/// Certifies every layout at this size, W0 zero and not, and returns the largest relative error.
double worst_error(GradientDescentClaim claim) {
  double worst = 0.0;
  for (const TokenLayout layout : kLayouts) {
    for (const bool from_zero : {true, false}) {
      claim.layout = layout;
      claim.initial_weights = from_zero ? std::vector<double>{}
                                        : random_initial_weights(claim.outputs, claim.inputs, 1);
      if (!fits(claim)) continue;
      const Certificate certificate =
          certify(gradient_descent_as_gril(claim, 1.0, at::kDouble), {.trials = 5}, "test");
      EXPECT_TRUE(certificate.holds) << to_text(certificate);
      worst = std::max(worst, certificate.errors.max_rel_error);
    }
  }
  return worst;
}

TEST(GradientDescentAsGril, EqualsTheExplicitStepInEveryLayoutWidthContextAndDecay) {
  double worst = 0.0;
  for (const int64_t inputs : {1, 2, 7, 16, 33}) {
    for (const int64_t examples : {1, 2, 10, 65, 257}) {
      for (const double decay : {1.0, 0.83, 0.5}) {
        worst = std::max(worst, worst_error({.inputs = inputs,
                                             .outputs = 1 + inputs / 3,
                                             .examples = examples,
                                             .learning_rates = {0.7},
                                             .decay = decay}));
      }
    }
  }
  RecordProperty("max_rel_error", concatenate(worst));
  EXPECT_LE(worst, kTolerance);
  EXPECT_GT(worst, 0.0) << "nothing was compared";
}

TEST(GradientDescentAsGril, Float32WeightsHoldAtTheirOwnTolerance) {
  const GradientDescentClaim claim{
      .inputs = 7, .outputs = 2, .learning_rates = {1.3}, .decay = 0.9};
  const ModelFile file = gradient_descent_as_gril(claim, 1.0, at::kFloat);
  EXPECT_EQ(file.model->parameters().front().scalar_type(), at::kFloat);
  const Certificate certificate = certify(file, {}, "test");
  EXPECT_TRUE(certificate.holds) << to_text(certificate);
  EXPECT_EQ(certificate.tolerance, 1e-5);
  EXPECT_GT(certificate.errors.max_rel_error, kTolerance) << "float32 rounding must be seen";
}

TEST(GradientDescentAsGril, InterleavedFromZeroIsTheFirstVersionsTripletLayer) {
  const GradientDescentClaim claim{.layout = TokenLayout::kInterleaved,
                                   .inputs = 3,
                                   .outputs = 3,
                                   .examples = 4,
                                   .learning_rates = {2.0}};
  const ModelFile file = gradient_descent_as_gril(claim, 1.0, at::kDouble);
  const auto parameters = file.model->named_parameters();
  at::Tensor pairing = at::zeros({3, 3}, at::kDouble);
  pairing[1][2] = 1.0;
  EXPECT_TRUE(at::equal(parameters["layers.0.offset_weights"], pairing));
  EXPECT_TRUE(
      at::equal(parameters["layers.0.query_offsets"], at::tensor({1.0, 0.0, 0.0}, at::kDouble)));
  EXPECT_TRUE(at::equal(parameters["layers.0.readout"], 0.5 * at::eye(3, at::kDouble)));
}

TEST(GradientDescentAsGril, TheTaskOfTheFileIsTheOneItWasMadeFor) {
  const GradientDescentClaim claim{.layout = TokenLayout::kPairs, .inputs = 4, .outputs = 2};
  const Json task = gradient_descent_as_gril(claim, 0.5, at::kDouble).task;
  EXPECT_EQ(task["kind"], "linear_regression");
  EXPECT_EQ(task["layout"], "pairs");
  EXPECT_EQ(task["inputs"], 4);
  EXPECT_EQ(task["input_range"], 0.5);
}

TEST(GradientDescentAsGril, RefusesWhatNoWeightsCanDo) {
  const auto refusal = [](const GradientDescentClaim& claim) {
    return error_text<InvalidArgument>([&] { gradient_descent_as_gril(claim, 1.0, at::kDouble); });
  };
  EXPECT_EQ(
      refusal({.layout = TokenLayout::kConstructed, .inputs = 2, .initial_weights = {1.0, 2.0}}),
      "[gradient_descent] constructed tokens cannot start from initial weights: they show the "
      "products x*y only, so no layer can subtract the prediction W0 x. Use windowed, pairs, "
      "blocks or interleaved.");
  EXPECT_EQ(refusal({.inputs = 2, .decay = 1.5}),
            "[gradient_descent] decay must lie in (0, 1]; got 1.5.");
  EXPECT_EQ(refusal({.inputs = 2, .initial_weights = {1.0}}),
            "[gradient_descent] initial_weights must hold outputs * inputs = 2 numbers; got 1.");
  EXPECT_EQ(refusal({.layout = TokenLayout::kConstructed, .inputs = 2, .outputs = 2}),
            "[token_layout] constructed tokens hold one output; got 2. Use windowed, pairs or "
            "blocks.");
  EXPECT_EQ(refusal({.inputs = 2, .learning_rates = {std::numeric_limits<double>::infinity()}}),
            "[gradient_descent] every learning rate must be finite; got inf.");
}

}  // namespace
}  // namespace gril
