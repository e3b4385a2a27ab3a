#include "gril/constructions/associative_recall_as_gated_rnn.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>

#include "gril/base/check.h"
#include "gril/constructions/certificate.h"
#include "gril/constructions/one_step_delay_as_gated_rnn.h"
#include "gril/models/model_size.h"
#include "tests/support/error_text.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

constexpr int64_t kTrials = 200;

TEST(AssociativeRecallAsGatedRnn, NeverErrsInAnyLayoutAndSize) {
  for (const auto layout : {RecallLayout::kJoint, RecallLayout::kInterleaved}) {
    for (const auto& [keys, values, pairs] :
         {std::tuple{9, 9, 20}, std::tuple{1, 2, 1}, std::tuple{5, 3, 100}, std::tuple{2, 17, 7}}) {
      const ModelFile file = associative_recall_as_gated_rnn(
          {.keys = keys, .values = values, .pairs = pairs, .layout = layout}, at::kDouble);
      const Certificate certificate = certify(file, {.trials = kTrials}, "test");
      EXPECT_TRUE(certificate.holds) << to_text(certificate);
      EXPECT_EQ(certificate.errors.choices, kTrials);
      EXPECT_EQ(certificate.errors.wrong_choices, 0);
      EXPECT_LE(certificate.errors.max_rel_error, 1e-12);
    }
  }
}

TEST(AssociativeRecallAsGatedRnn, ScoresOfJointTokensAreTheCountsThemselves) {
  const ModelFile file =
      associative_recall_as_gated_rnn({.layout = RecallLayout::kJoint}, at::kDouble);
  EXPECT_EQ(certify(file, {.trials = kTrials}, "test").errors.max_abs_error, 0.0);
}

TEST(AssociativeRecallAsGatedRnn, AnswersAnExampleWrittenByHand) {
  // 3 keys, 2 values: k_1 v_2 k_3 v_1 k_1 v_2 => k_1. Features: k_1 k_2 k_3 v_1 v_2 =>.
  const at::Tensor words = at::tensor({0, 4, 2, 3, 0, 4, 5, 0}, at::kLong);
  const at::Tensor tokens = at::eye(6, at::kDouble).index_select(0, words).unsqueeze(0);
  const ModelFile file = associative_recall_as_gated_rnn(
      {.keys = 3, .values = 2, .pairs = 3, .layout = RecallLayout::kInterleaved}, at::kDouble);
  const at::Tensor scores = file.model->forward(tokens, {}).output[0][7];
  EXPECT_LT((scores - at::tensor({0.0, 2.0}, at::kDouble)).abs().max().item<double>(), 1e-14);
}

TEST(AssociativeRecallAsGatedRnn, HasTheNeuronsOfTheFormula) {
  for (const auto& [keys, values] : {std::pair{9, 9}, std::pair{2, 5}}) {
    const auto neurons = [&](RecallLayout layout) {
      const ModelFile file = associative_recall_as_gated_rnn(
          {.keys = keys, .values = values, .layout = layout}, at::kDouble);
      std::vector<int64_t> sizes;
      for (const at::Tensor& state : file.model->initial_state(1)) sizes.push_back(state.numel());
      return sizes;
    };
    const int64_t attention = keys * values + keys;
    EXPECT_EQ(neurons(RecallLayout::kJoint), std::vector<int64_t>({attention}));
    EXPECT_EQ(neurons(RecallLayout::kInterleaved),
              std::vector<int64_t>({2 * (keys + values + 1) + 1, attention}));
  }
}

TEST(AssociativeRecallAsGatedRnn, ACertificateCountsWrongChoices) {
  const ModelFile file =
      associative_recall_as_gated_rnn({.layout = RecallLayout::kJoint}, at::kDouble);
  const c10::AutoGradMode no_grad(false);
  file.model->named_parameters()["layers.0.readout"].select(0, 3).neg_();
  const Certificate certificate = certify(file, {.trials = kTrials}, "test");
  EXPECT_FALSE(certificate.holds);
  EXPECT_GT(certificate.errors.wrong_choices, kTrials / 20);
  EXPECT_LT(certificate.errors.wrong_choices, kTrials / 4);
  EXPECT_EQ(to_json(certificate)["wrong_choices"], certificate.errors.wrong_choices);
}

TEST(AssociativeRecallAsGatedRnn, ATieIsAWrongChoice) {
  const ModelFile file =
      associative_recall_as_gated_rnn({.layout = RecallLayout::kJoint}, at::kDouble);
  const c10::AutoGradMode no_grad(false);
  file.model->named_parameters()["layers.0.readout"].zero_();
  EXPECT_EQ(certify(file, {.trials = kTrials}, "test").errors.wrong_choices, kTrials);
}

TEST(AssociativeRecallAsGatedRnn, TheTaskOfTheFileIsTheOneItWasMadeFor) {
  const Json task = associative_recall_as_gated_rnn({.keys = 4}, at::kFloat).task;
  EXPECT_EQ(task.dump(),
            "{\"kind\":\"associative_recall\",\"keys\":4,\"values\":9,\"pairs\":20,"
            "\"tokens\":\"interleaved\"}");
}

TEST(AssociativeRecallAsGatedRnn, RefusesWhatIsNoRecall) {
  const auto refusal = [](const AssociativeRecallClaim& claim) {
    return error_text<InvalidArgument>(
        [&] { associative_recall_as_gated_rnn(claim, at::kDouble); });
  };
  EXPECT_EQ(refusal({.keys = 0}), "[associative_recall] keys must be at least 1; got 0.");
  EXPECT_EQ(refusal({.values = 1}), "[associative_recall] values must be at least 2; got 1.");
  EXPECT_EQ(refusal({.pairs = 0}), "[associative_recall] pairs must be at least 1; got 0.");
  EXPECT_EQ(
      error_text<InvalidArgument>([] { recall_layout_from_name("joined"); }),
      "[associative_recall] layout must be one of joint, interleaved; got \"joined\". Did you "
      "mean \"joint\"?");
  ModelFile file = associative_recall_as_gated_rnn({}, at::kDouble);
  file.claim["values"] = 1;
  EXPECT_EQ(
      error_text<InvalidFile>([&] { certify(file, {}, "a"); }),
      "[certificate] a: bad claim: [config] a: \"gril_claim.values\" must be an integer of at "
      "least 2; got 1.");
}

TEST(OneStepDelayAsGatedRnn, GivesTheTokenBeforeNextToTheCurrentOne) {
  at::manual_seed(0);
  const at::Tensor tokens = at::randn({2, 30, 3}, at::kDouble);
  const auto model = exact_model({one_step_delay_as_gated_rnn(3)}, at::kDouble);
  const at::Tensor output = model->forward(tokens, {}).output;
  const at::Tensor before = at::constant_pad_nd(tokens.narrow(1, 0, 29), {0, 0, 1, 0});
  EXPECT_TRUE(testing::agrees("before", output.narrow(2, 0, 3), before, 1e-7));
  EXPECT_FALSE(testing::agrees("before", output.narrow(2, 0, 3), before, 1e-10));
  EXPECT_TRUE(testing::agrees("current", output.narrow(2, 3, 3), tokens, 1e-15));
  EXPECT_EQ(model->initial_state(1).front().numel(), 7);
}

}  // namespace
}  // namespace gril
