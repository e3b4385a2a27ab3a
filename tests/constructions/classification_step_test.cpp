#include "gril/constructions/classification_step.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "gril/base/check.h"
#include "gril/constructions/certificate.h"
#include "gril/constructions/gradient_descent_as_gril.h"
#include "tests/support/error_text.h"
#include "tests/support/sequence_layer_suite.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

constexpr double kTolerance = 1e-12;
const TokenLayout kLayouts[] = {TokenLayout::kInterleaved, TokenLayout::kPairs,
                                TokenLayout::kWindowed, TokenLayout::kBlocks};

GradientDescentClaim cross_entropy(TokenLayout layout, bool from_zero) {
  GradientDescentClaim claim{.loss = DescentLoss::kCrossEntropy,
                             .layout = layout,
                             .inputs = 5,
                             .outputs = 3,
                             .examples = 7,
                             .learning_rates = {1.4}};
  if (!from_zero) claim.initial_weights = random_initial_weights(claim.outputs, claim.inputs, 1);
  return claim;
}

/// 1/N Σ_j -log softmax(W x_j)[class_j] of windowed tokens [x_j, y_j, x_{j+1}].
double loss_of(const std::vector<double>& weights, const at::Tensor& tokens,
               const GradientDescentClaim& claim) {
  const auto rows = tokens.accessor<double, 2>();
  double loss = 0.0;
  for (int64_t j = 0; j < claim.examples; ++j) {
    double sum = 0.0;
    double right = 0.0;
    for (int64_t o = 0; o < claim.outputs; ++o) {
      double logit = 0.0;
      for (int64_t c = 0; c < claim.inputs; ++c) {
        logit += weights[static_cast<std::size_t>(o * claim.inputs + c)] * rows[j][c];
      }
      sum += std::exp(logit);
      right += rows[j][claim.inputs + o] * logit;
    }
    loss += (std::log(sum) - right) / static_cast<double>(claim.examples);
  }
  return loss;
}

/// (W_0 - η ∇L(W_0)) x for the last query, the gradient by central differences.
std::vector<double> stepped_logits(const GradientDescentClaim& claim, const at::Tensor& tokens) {
  constexpr double kStep = 1e-5;
  const auto rows = tokens.accessor<double, 2>();
  std::vector<double> start = claim.initial_weights;
  start.resize(static_cast<std::size_t>(claim.outputs * claim.inputs), 0.0);
  std::vector<double> logits(static_cast<std::size_t>(claim.outputs), 0.0);
  for (int64_t o = 0; o < claim.outputs; ++o) {
    for (int64_t c = 0; c < claim.inputs; ++c) {
      const auto k = static_cast<std::size_t>(o * claim.inputs + c);
      std::vector<double> above = start;
      std::vector<double> below = start;
      above[k] += kStep;
      below[k] -= kStep;
      const double slope =
          (loss_of(above, tokens, claim) - loss_of(below, tokens, claim)) / (2.0 * kStep);
      const double query = rows[claim.examples - 1][claim.inputs + claim.outputs + c];
      logits[static_cast<std::size_t>(o)] += (start[k] - claim.learning_rates[0] * slope) * query;
    }
  }
  return logits;
}

TEST(ClassificationStep, DescendsTheCrossEntropyMeasuredByCentralDifferences) {
  constexpr double kDifferences = 1e-8;
  for (const bool from_zero : {true, false}) {
    const GradientDescentClaim claim = cross_entropy(TokenLayout::kWindowed, from_zero);
    const at::Tensor labels = at::arange(claim.examples, at::kLong).remainder(claim.outputs);
    const at::Tensor one_hot = at::eye(claim.outputs, at::kDouble).index_select(0, labels);
    const at::Tensor inputs = testing::random_normal({claim.examples + 1, claim.inputs}, 5);
    const at::Tensor tokens = at::cat(
        {inputs.narrow(0, 0, claim.examples), one_hot, inputs.narrow(0, 1, claim.examples)}, 1);
    const auto model = exact_model(classification_step(claim), at::kDouble);
    const at::Tensor output = model->forward(tokens.unsqueeze(0), {}).output[0][-1];
    EXPECT_TRUE(testing::agrees(
        "logits", output, at::tensor(stepped_logits(claim, tokens), at::kDouble), kDifferences));
  }
}

TEST(ClassificationStep, IsCertifiedInEveryLayoutWidthAndDecay) {
  double worst = 0.0;
  for (const TokenLayout layout : kLayouts) {
    for (const bool from_zero : {true, false}) {
      for (const double decay : {1.0, 0.8}) {
        for (const int64_t inputs : {3, 16}) {
          GradientDescentClaim claim = cross_entropy(layout, true);
          claim.inputs = inputs;
          claim.decay = decay;
          if (!from_zero) {
            claim.initial_weights = random_initial_weights(claim.outputs, inputs, 2);
          }
          const Certificate certificate =
              certify(gradient_descent_as_gril(claim, 1.0, at::kDouble), {.trials = 5}, "test");
          EXPECT_TRUE(certificate.holds) << to_text(certificate);
          worst = std::max(worst, certificate.errors.max_rel_error);
        }
      }
    }
  }
  RecordProperty("max_rel_error", concatenate(worst));
  EXPECT_LE(worst, kTolerance);
  EXPECT_GT(worst, 0.0) << "nothing was compared";
}

TEST(ClassificationStep, FromZeroIsOneLinearlyMappedLayer) {
  EXPECT_EQ(classification_step(cross_entropy(TokenLayout::kPairs, true)).size(), 1U);
  EXPECT_EQ(classification_step(cross_entropy(TokenLayout::kPairs, false)).size(), 3U);
}

TEST(ClassificationStep, IsNotTheStepOnTheSquaredLoss) {
  GradientDescentClaim claim = cross_entropy(TokenLayout::kWindowed, false);
  ModelFile file = gradient_descent_as_gril(claim, 1.0, at::kDouble);
  EXPECT_TRUE(file.task.is_null());
  EXPECT_EQ(file.claim["loss"], "cross-entropy");
  claim.loss = DescentLoss::kSquared;
  file.model = gradient_descent_as_gril(claim, 1.0, at::kDouble).model;
  EXPECT_FALSE(certify(file, {}, "test").holds);
}

TEST(ClassificationStep, RefusesWhatNoWeightsCanDo) {
  const auto refusal = [](const GradientDescentClaim& claim) {
    return error_text<InvalidArgument>([&] { classification_step(claim); });
  };
  GradientDescentClaim claim = cross_entropy(TokenLayout::kWindowed, true);
  claim.learning_rates = {1.0, 1.0};
  EXPECT_EQ(refusal(claim),
            "[gradient_descent] the causal route takes one step on the cross-entropy: its gradient "
            "is not linear in the weights, and several steps of this route need that; got 2 steps. "
            "Use the route full-sums or minibatches.");
  claim.outputs = 1;
  EXPECT_EQ(refusal(claim),
            "[gradient_descent] cross-entropy needs at least 2 outputs, one per class; got 1.");
  EXPECT_EQ(error_text<InvalidArgument>([] { descent_loss_from_name("sqared"); }),
            "[gradient_descent] loss must be one of squared, cross-entropy; got \"sqared\". Did "
            "you mean \"squared\"?");
}

}  // namespace
}  // namespace gril
