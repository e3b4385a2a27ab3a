#include "gril/constructions/full_sums_stack.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "gril/base/check.h"
#include "gril/constructions/certificate.h"
#include "gril/constructions/gradient_descent_as_gril.h"
#include "tests/constructions/certified_descent.h"
#include "tests/constructions/descent_by_autograd.h"
#include "tests/constructions/descent_prompt.h"
#include "tests/support/error_text.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

constexpr double kTolerance = 1e-12;
const DescentLoss kLosses[] = {DescentLoss::kSquared, DescentLoss::kCrossEntropy};

GradientDescentClaim full_sums(DescentLoss loss, const std::vector<double>& rates) {
  return {.loss = loss,
          .inputs = 4,
          .outputs = 3,
          .examples = 7,
          .learning_rates = rates,
          .route = DescentRoute::kFullSums};
}

at::Tensor descended(const GradientDescentClaim& claim, const testing::DescentPrompt& prompt) {
  std::vector<testing::AutogradStep> steps;
  for (const double rate : claim.learning_rates) {
    steps.push_back({prompt.inputs.narrow(0, 0, claim.examples), prompt.targets,
                     rate / static_cast<double>(claim.examples)});
  }
  return testing::descended_by_autograd(claim, steps);
}

TEST(FullSumsStack, IsDescentOnTheWholeContextByAutomaticDifferentiation) {
  for (const DescentLoss loss : kLosses) {
    for (const bool from_zero : {true, false}) {
      const GradientDescentClaim claim =
          testing::from_weights(full_sums(loss, {0.5, 1.5, 0.8, 1.1}), from_zero);
      const testing::DescentPrompt prompt = testing::draw_prompt(claim);
      const auto model = exact_model(full_sums_stack(claim), at::kDouble);
      const at::Tensor queries = prompt.inputs.narrow(0, 1, claim.examples);
      // The weights of the whole context answer at every token, not only at the last one.
      EXPECT_TRUE(testing::agrees(descent_loss_name(loss),
                                  model->forward(prompt.tokens, {}).output[0],
                                  at::mm(queries, descended(claim, prompt).t()), kTolerance));
    }
  }
}

TEST(FullSumsStack, IsCertifiedForUpToEightStepsAndWidth32) {
  double worst = 0.0;
  int64_t turn = 0;
  for (const DescentLoss loss : kLosses) {
    for (int64_t steps = 1; steps <= 8; ++steps) {
      for (const int64_t examples : {1, 2, 13, 101}) {
        const int64_t turns = turn++;
        GradientDescentClaim claim = full_sums(loss, testing::different_rates(steps));
        claim.examples = examples;
        claim.inputs = turns % 3 == 0 ? 32 : 1 + turns % 6;
        worst =
            std::max(worst, testing::certified_error(testing::from_weights(claim, turns % 2 == 0)));
      }
    }
  }
  RecordProperty("max_rel_error", concatenate(worst));
  EXPECT_LE(worst, kTolerance);
  EXPECT_GT(worst, 0.0) << "nothing was compared";
}

/// The same stack when no token sees those behind it.
std::shared_ptr<SequenceModel> with_causal_scans(const GradientDescentClaim& claim) {
  const auto model = exact_model(full_sums_stack(claim), at::kDouble);
  const c10::AutoGradMode no_grad(false);
  for (auto& item : model->named_parameters()) {
    const std::string& name = item.key();
    if (name.find("backward_body") != std::string::npos && name.ends_with("readout")) {
      item.value().zero_();
    }
  }
  return model;
}

TEST(FullSumsStack, WithCausalScansIsNotDescent) {
  for (const DescentLoss loss : kLosses) {
    GradientDescentClaim claim = full_sums(loss, {0.7});
    const testing::DescentPrompt prompt = testing::draw_prompt(claim);
    const auto difference = [&] {
      const at::Tensor output = with_causal_scans(claim)->forward(prompt.tokens, {}).output[0][-1];
      return testing::relative_rms(output,
                                   at::mv(descended(claim, prompt), prompt.inputs[claim.examples]));
    };
    EXPECT_LE(difference(), kTolerance) << "one step needs no error of a later token";
    claim.learning_rates = {0.7, 0.7};
    EXPECT_GT(difference(), 1e-3) << "an example sees the sum of those before it only";
  }
}

TEST(FullSumsStack, ClaimsTheLastTokenOnly) {
  const GradientDescentClaim claim = full_sums(DescentLoss::kSquared, {0.5, 0.25});
  const std::string text = sentence(claim);
  EXPECT_TRUE(text.ends_with("from zero weights; after the last example.")) << text;
  ModelFile file = gradient_descent_as_gril(claim, 1.0, at::kDouble);
  GradientDescentClaim causal = claim;
  causal.route = DescentRoute::kCausal;
  file.claim = to_json(causal, kTolerance);
  EXPECT_FALSE(certify(file, {}, "test").holds) << "before the end it has seen too much";
}

TEST(FullSumsStack, RefusesSingleTokensAndWhatNoWeightsCanDo) {
  const auto model =
      exact_model(full_sums_stack(full_sums(DescentLoss::kSquared, {1.0})), at::kDouble);
  const auto text = error_text<c10::ValueError>([&] {
    model->step(at::zeros({1, model->input_size()}, at::kDouble), {});
  });
  EXPECT_EQ(text.substr(0, text.find('\n')),
            "[bidirectional] the whole sequence must come at once, because every output depends "
            "on later tokens; got a single token. Use forward.");
  const auto refusal = [](const GradientDescentClaim& claim) {
    return error_text<InvalidArgument>([&] { full_sums_stack(claim); });
  };
  GradientDescentClaim claim = full_sums(DescentLoss::kSquared, {1.0});
  claim.decay = 0.5;
  EXPECT_EQ(refusal(claim),
            "[gradient_descent] the route full-sums needs decay 1, so that every token sees the "
            "same sum; got 0.5. Use the route causal.");
  claim.layout = TokenLayout::kPairs;
  EXPECT_EQ(refusal(claim),
            "[gradient_descent] the route full-sums needs windowed tokens; got pairs: the query "
            "would have a token of its own, and a sum over all tokens would count it as an "
            "example.");
}

}  // namespace
}  // namespace gril
