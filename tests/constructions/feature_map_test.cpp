#include "gril/constructions/feature_map.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "gril/base/check.h"
#include "gril/constructions/certificate.h"
#include "gril/constructions/feature_values.h"
#include "gril/constructions/gradient_descent_as_gril.h"
#include "gril/layers/activation.h"
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
                                TokenLayout::kWindowed};

/// φ of every row, with tensor functions.
at::Tensor features_of(const FeatureMap& map, const at::Tensor& inputs) {
  const auto matrix = [](const std::vector<double>& numbers, int64_t rows) {
    return at::tensor(numbers, at::kDouble).view({rows, -1});
  };
  const at::Tensor hidden = at::mm(inputs, matrix(map.hidden_map, map.hidden_size).t()) +
                            at::tensor(map.hidden_bias, at::kDouble);
  const Activation activation = activation_from_name(map.activation, "test");
  return at::mm(activation(hidden), matrix(map.output_map, map.size).t()) +
         at::tensor(map.output_bias, at::kDouble);
}

GradientDescentClaim on_features(TokenLayout layout, const std::vector<double>& rates) {
  return {.layout = layout,
          .inputs = 3,
          .outputs = 2,
          .examples = 6,
          .learning_rates = rates,
          .features = random_feature_map(3, 5, 7, "tanh", 1)};
}

TEST(FeatureMap, ValuesAreThoseOfTensorFunctionsForEveryActivation) {
  const at::Tensor inputs = testing::random_normal({9, 3}, 1);
  for (const std::string& name : feature_activation_names()) {
    const FeatureMap map = random_feature_map(3, 4, 6, name, 2);
    const at::Tensor expected = features_of(map, inputs);
    for (int64_t i = 0; i < 9; ++i) {
      const auto* row = inputs.data_ptr<double>() + 3 * i;
      const SizedNumbers features = feature_values(map, {row, 3});
      const std::vector<double> values(features.value.begin(), features.value.end());
      EXPECT_TRUE(testing::agrees(name, at::tensor(values, at::kDouble), expected[i], 1e-14));
      for (std::size_t p = 0; p < 4; ++p) {
        EXPECT_GE(features.size[p], std::abs(features.value[p])) << name;
      }
    }
  }
}

TEST(FeatureMap, OnItsFeaturesTheOutputLayerDescendsByAutomaticDifferentiation) {
  for (const TokenLayout layout : kLayouts) {
    for (const std::vector<double>& rates : {std::vector<double>{0.1}, {0.1, 0.05, 0.08}}) {
      const GradientDescentClaim claim = testing::from_weights(on_features(layout, rates), false);
      const testing::DescentPrompt prompt = testing::draw_prompt(claim);
      const at::Tensor features = features_of(claim.features, prompt.inputs);
      const ModelFile file = gradient_descent_as_gril(claim, 1.0, at::kDouble);
      const at::Tensor output = file.model->forward(prompt.tokens, {}).output[0];
      const std::vector<int64_t> positions = prediction_positions(layout, claim.examples);
      for (int64_t i = 1; i <= claim.examples; ++i) {
        std::vector<testing::AutogradStep> steps;
        for (const double rate : rates) {
          steps.push_back({features.narrow(0, 0, i), prompt.targets.narrow(0, 0, i), rate / 6.0});
        }
        EXPECT_TRUE(testing::agrees(
            token_layout_name(layout), output[positions[static_cast<std::size_t>(i - 1)]],
            at::mv(testing::descended_by_autograd(claim, steps), features[i]), kTolerance))
            << rates.size() << " steps after " << i << " examples";
      }
    }
  }
}

/// Certifies claims on features, each with sizes, an activation and a start of its own.
class CertifiedOnFeatures : public ::testing::Test {
 protected:
  void certify_on_features(GradientDescentClaim claim) {
    const auto& names = feature_activation_names();
    const bool wide = turn_ % 4 == 3;
    claim.inputs = wide ? 32 : 3;
    claim.features = random_feature_map(claim.inputs, wide ? 32 : 5, wide ? 40 : 7,
                                        names[turn_ % names.size()], turn_);
    claim.examples = wide ? 101 : 6;
    worst_ =
        std::max(worst_, testing::certified_error(testing::from_weights(claim, ++turn_ % 2 == 0)));
  }

  void TearDown() override {
    RecordProperty("max_rel_error", concatenate(worst_));
    EXPECT_LE(worst_, kTolerance);
    EXPECT_GT(worst_, 0.0) << "nothing was compared";
  }

 private:
  double worst_ = 0.0;
  std::size_t turn_ = 0;
};

TEST_F(CertifiedOnFeatures, TwoStepsByTheQueryAndByThreeStatesWithAndWithoutDecay) {
  for (const TokenLayout layout : kLayouts) {
    for (const double decay : {1.0, 0.9}) {
      for (const DescentRoute route : {DescentRoute::kCausal, DescentRoute::kSubLayers}) {
        GradientDescentClaim claim = on_features(layout, {0.1, 0.05});
        claim.decay = decay;
        claim.route = route;
        certify_on_features(claim);
      }
    }
  }
}

TEST_F(CertifiedOnFeatures, StepsOnEitherLossByMinibatchesFullSumsAndOneAlone) {
  const std::vector<double> rates = {0.1, 0.05, 0.08, 0.04};
  for (const DescentLoss loss : {DescentLoss::kSquared, DescentLoss::kCrossEntropy}) {
    for (const TokenLayout layout : kLayouts) {
      GradientDescentClaim claim = on_features(layout, {0.1});
      claim.loss = loss;
      certify_on_features(claim);
      claim.learning_rates = rates;
      claim.route = DescentRoute::kMinibatches;
      certify_on_features(claim);
    }
    for (int64_t steps = 1; steps <= 4; ++steps) {
      GradientDescentClaim claim =
          on_features(TokenLayout::kWindowed, {rates.begin(), rates.begin() + steps});
      claim.loss = loss;
      claim.route = DescentRoute::kFullSums;
      certify_on_features(claim);
    }
  }
}

TEST(FeatureMap, IsStoredInTheClaimAndComesBack) {
  const GradientDescentClaim claim =
      testing::from_weights(on_features(TokenLayout::kPairs, {0.1, 0.2}), false);
  const Json stored = to_json(claim, kTolerance);
  const GradientDescentClaim read = read_gradient_descent_claim(Json::parse(stored.dump()), "test");
  EXPECT_EQ(to_json(read, kTolerance), stored);
  EXPECT_EQ(read.features.hidden_size, 7);
  EXPECT_NE(sentence(read).find("pairs tokens, 5 features of a tanh network with 7 hidden units)"),
            std::string::npos)
      << sentence(read);
}

TEST(FeatureMap, AnotherMapThanTheClaimedOneFailsTheCertificate) {
  GradientDescentClaim claim = on_features(TokenLayout::kPairs, {0.1});
  ModelFile file = gradient_descent_as_gril(claim, 1.0, at::kDouble);
  claim.features.output_bias[2] += 1e-9;
  file.claim = to_json(claim, kTolerance);
  EXPECT_FALSE(certify(file, {}, "test").holds);
}

TEST(FeatureMap, ClaimsWrittenBeforeRoutesAndFeaturesMeanTheCausalRouteOnInputs) {
  ModelFile file =
      gradient_descent_as_gril({.inputs = 3, .learning_rates = {1.0, 2.0}}, 1.0, at::kDouble);
  EXPECT_EQ(file.claim["route"], "causal");
  EXPECT_TRUE(file.claim["features"].is_null());
  file.claim.erase("route");
  file.claim.erase("features");
  EXPECT_TRUE(certify(file, {}, "test").holds);
}

TEST(FeatureMap, RefusesTokensThatShowFeaturesOfNoInput) {
  const auto refusal = [](const GradientDescentClaim& claim) {
    return error_text<InvalidArgument>([&] { gradient_descent_as_gril(claim, 1.0, at::kDouble); });
  };
  EXPECT_EQ(refusal(on_features(TokenLayout::kBlocks, {1.0})),
            "[gradient_descent] blocks cannot have features: the token of a target holds no input, "
            "but its features phi(0) are not zero and would count as those of an example. Use "
            "windowed, pairs or interleaved.");
  GradientDescentClaim constructed = on_features(TokenLayout::kConstructed, {1.0});
  constructed.outputs = 1;
  EXPECT_EQ(refusal(constructed),
            "[gradient_descent] constructed tokens cannot have features: they show the products "
            "x*y only, not x. Use windowed, pairs or interleaved.");
  GradientDescentClaim weights = on_features(TokenLayout::kPairs, {1.0});
  weights.initial_weights = {1.0};
  EXPECT_EQ(refusal(weights),
            "[gradient_descent] initial_weights must hold outputs * features = 10 numbers; got 1.");
  GradientDescentClaim short_bias = on_features(TokenLayout::kPairs, {1.0});
  short_bias.features.hidden_bias.pop_back();
  EXPECT_EQ(refusal(short_bias), "[feature_map] hidden_bias must hold 7 numbers; got 6.");
}

TEST(FeatureMap, RefusesSizesAndActivationsItDoesNotHave) {
  EXPECT_EQ(error_text<InvalidArgument>([] { random_feature_map(1, 0, 2, "tanh", 0); }),
            "[feature_map] inputs, features and hidden units must be at least 1; got 1, 0 and 2.");
  EXPECT_EQ(error_text<InvalidArgument>([] { random_feature_map(1, 1, 2, "softmax", 0); }),
            "[feature_map] activation must be one of gelu, relu, sigmoid, silu, tanh; got "
            "\"softmax\".");
}

}  // namespace
}  // namespace gril
