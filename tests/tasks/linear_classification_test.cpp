#include "gril/tasks/in_context/linear_classification.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "gril/base/error.h"
#include "tests/support/error_text.h"

namespace gril {
namespace {

constexpr uint64_t kSeed = 20260615;

LinearClassificationOptions sized(int64_t inputs, int64_t classes, int64_t examples) {
  LinearClassificationOptions options;
  options.inputs = inputs;
  options.classes = classes;
  options.examples = examples;
  return options;
}

/// Cross-entropy and accuracy of one gradient step of rate η on the cross-entropy from W = 0:
/// logits = (η/N) Σ (y_i - 1/C) x_iᵀ x_q.
struct OneStep {
  double loss;
  double accuracy;
};

OneStep one_step(int64_t examples, double rate) {
  const Prompts batch =
      LinearClassification(sized(10, 5, examples)).sample_prompts(20000, kSeed, at::kDouble);
  const torch::Tensor similarities =
      batch.context_inputs.matmul(batch.query_inputs.unsqueeze(2)).transpose(1, 2);
  const torch::Tensor logits =
      similarities.matmul(batch.context_targets - 0.2).squeeze(1) * (rate / examples);
  const torch::Tensor answers = batch.targets.unsqueeze(1);
  return {-logits.log_softmax(1).gather(1, answers).mean().item<double>(),
          logits.argmax(1).eq(batch.targets).to(at::kDouble).mean().item<double>()};
}

TEST(LinearClassification, OneStepReachesTheReferenceLosses) {
  // gril.md 1.5: three runs of 20,000 tasks agree to ± 0.01 nats and ± 0.007 accuracy.
  const OneStep short_context = one_step(20, 3.0);
  EXPECT_NEAR(short_context.loss, 1.161, 0.015);
  EXPECT_NEAR(short_context.accuracy, 0.536, 0.011);
  const OneStep long_context = one_step(50, 6.0);
  EXPECT_NEAR(long_context.loss, 0.888, 0.02);
  EXPECT_NEAR(long_context.accuracy, 0.650, 0.011);
}

TEST(LinearClassification, InputsAreStandardNormalAndClassesEquallyLikely) {
  const Prompts batch =
      LinearClassification(sized(4, 3, 9)).sample_prompts(10000, kSeed, at::kDouble);
  // 360,000 draws: five standard errors of mean, variance and fourth moment.
  const torch::Tensor x = batch.context_inputs;
  EXPECT_NEAR(x.mean().item<double>(), 0, 5 / std::sqrt(3.6e5));
  EXPECT_NEAR(x.var().item<double>(), 1, 5 * std::sqrt(2 / 3.6e5));
  EXPECT_NEAR(x.pow(4).mean().item<double>(), 3, 5 * std::sqrt(96 / 3.6e5));
  for (int64_t c = 0; c < 3; ++c) {
    const double share = batch.targets.eq(c).to(at::kDouble).mean().item<double>();
    EXPECT_NEAR(share, 1.0 / 3, 5 * std::sqrt(2.0 / 9 / 10000));
  }
}

TEST(LinearClassification, TwoClassesOfOneInputAreSplitAtZero) {
  // W* x is (w_1 x, w_2 x): the class is one where x > 0 and the other elsewhere, in every prompt.
  const Prompts batch =
      LinearClassification(sized(1, 2, 12)).sample_prompts(500, kSeed, at::kDouble);
  const torch::Tensor signs =
      at::cat({batch.context_inputs.squeeze(2), batch.query_inputs}, 1).sign();
  const torch::Tensor classes =
      at::cat({batch.context_targets.argmax(2), batch.targets.unsqueeze(1)}, 1);
  const torch::Tensor agreement = signs * (2 * classes - 1);
  EXPECT_TRUE(agreement.sum(1).abs().eq(13).all().item<bool>());
  // Half of the maps have the larger weight first.
  EXPECT_NEAR(agreement.select(1, 0).mean().item<double>(), 0, 5 / std::sqrt(500.0));
}

TEST(LinearClassification, BothDtypesHaveTheSameClasses) {
  const LinearClassification task({});
  EXPECT_TRUE(at::equal(task.sample_prompts(3000, kSeed, at::kFloat).targets,
                        task.sample_prompts(3000, kSeed, at::kDouble).targets));
}

template <typename Change>
std::string message_for(const Change& change) {
  LinearClassificationOptions options;
  change(options);
  return error_text<InvalidArgument>([&] { LinearClassification{options}; });
}

TEST(LinearClassification, RefusesValuesOutsideTheirRule) {
  EXPECT_EQ(message_for([](auto& o) { o.inputs = 0; }),
            "[linear_classification] inputs must be at least 1; got 0.");
  EXPECT_EQ(message_for([](auto& o) { o.classes = 1; }),
            "[linear_classification] classes must be at least 2; got 1.");
  EXPECT_EQ(message_for([](auto& o) { o.examples = 0; }),
            "[linear_classification] examples must be at least 1; got 0.");
  EXPECT_EQ(message_for([](auto& o) { o.layout = TokenLayout::kConstructed; }),
            "[token_layout] constructed tokens hold one output; got 5. Use windowed, pairs or "
            "blocks.");
}

}  // namespace
}  // namespace gril
