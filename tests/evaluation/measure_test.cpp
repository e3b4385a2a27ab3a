#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

#include "gril/base/error.h"
#include "gril/evaluation/evaluate.h"
#include "tests/support/error_text.h"

namespace gril {
namespace {

constexpr Scoring kHalf{.loss = LossKind::kHalfSquaredError, .positions = Positions::kLast};
constexpr Scoring kClassesMarked{.loss = LossKind::kCrossEntropy, .positions = Positions::kMarked};

TEST(Measure, AveragesOverSequencesAndGivesTheStandardError) {
  const Batch batch{
      .tokens = at::zeros({4, 1, 1}), .targets = at::zeros({4, 1}, at::kDouble), .marked = {}};
  const torch::Tensor output = at::tensor({0.0, 2.0, 2.0, 4.0}, at::kDouble).view({4, 1, 1});
  const Evaluation result = measure(kHalf, output, batch);
  // Losses 0, 2, 2, 8: mean 3, sample variance (9 + 1 + 1 + 25) / 3 = 12.
  EXPECT_EQ(result.loss.name, "loss");
  EXPECT_EQ(result.loss.unit, "half squared error, mean over outputs");
  EXPECT_EQ(result.loss.samples, 4);
  EXPECT_DOUBLE_EQ(result.loss.value, 3.0);
  EXPECT_DOUBLE_EQ(*result.loss.uncertainty, std::sqrt(12.0 / 4));
  // Twice the loss in the other convention; targets that are all equal have no variance to name.
  ASSERT_EQ(result.further.size(), 1U);
  EXPECT_EQ(result.further[0].name, "mean_squared_error");
  EXPECT_EQ(result.further[0].unit, "mean squared error over batch and outputs");
  EXPECT_DOUBLE_EQ(result.further[0].value, 6.0);
  EXPECT_DOUBLE_EQ(*result.further[0].uncertainty, 2 * std::sqrt(12.0 / 4));
}

TEST(Measure, OneSequenceHasNoStandardError) {
  const Batch batch{
      .tokens = at::zeros({1, 1, 1}), .targets = at::ones({1, 1}, at::kDouble), .marked = {}};
  const Evaluation result = measure(kHalf, at::zeros({1, 1, 1}, at::kDouble), batch);
  EXPECT_DOUBLE_EQ(result.loss.value, 0.5);
  EXPECT_FALSE(result.loss.uncertainty.has_value());
}

TEST(Measure, TargetVarianceIsAroundTheMeanOfEachOutput) {
  const Scoring scoring{.loss = LossKind::kMeanSquaredError, .positions = Positions::kEvery};
  // Output 0 is 10 ± 1, output 1 is -20 ± 3: variance (1 + 9) / 2 = 5; every error is 0.5.
  const torch::Tensor targets =
      at::tensor({11.0, -17.0, 9.0, -23.0, 11.0, -23.0, 9.0, -17.0}, at::kDouble).view({2, 2, 2});
  const Batch batch{.tokens = at::zeros({2, 2, 1}), .targets = targets, .marked = {}};
  const Evaluation result = measure(scoring, targets - 0.5, batch);
  EXPECT_DOUBLE_EQ(result.loss.value, 0.25);
  ASSERT_EQ(result.further.size(), 1U);
  EXPECT_EQ(result.further[0].name, "error_over_target_variance");
  EXPECT_DOUBLE_EQ(result.further[0].value, 0.05);
  EXPECT_NEAR(*result.further[0].uncertainty, 0, 1e-15);
}

TEST(Measure, SequencesWeighByTheirMarkedPositions) {
  // Sequence 1 counts once (right, share 3/4), sequence 2 twice (wrong, shares 1/4 and 1/4). What
  // is not marked may be anything.
  const double log3 = std::log(3.0);
  const torch::Tensor output =
      at::tensor({log3, 0.0, 9.0, 1.0, log3, 0.0, 0.0, log3}, at::kDouble).view({2, 2, 2});
  const Batch batch{.tokens = at::zeros({2, 2, 1}),
                    .targets = at::tensor({0, -100, 1, 0}, at::kLong).view({2, 2}),
                    .marked = at::tensor({1, 0, 1, 1}, at::kInt).ne(0).view({2, 2})};
  const Evaluation result = measure(kClassesMarked, output, batch);
  const double right = -std::log(0.75);
  const double wrong = -std::log(0.25);
  const double mean = (right + 2 * wrong) / 3;
  EXPECT_EQ(result.loss.unit, "cross-entropy in nats, mean over marked tokens");
  EXPECT_NEAR(result.loss.value, mean, 1e-15);
  // Residuals a_b - R w_b, over the mean weight 3/2.
  const double first = right - mean;
  const double second = 2 * wrong - 2 * mean;
  EXPECT_NEAR(*result.loss.uncertainty, std::sqrt((first * first + second * second) / 2) / 1.5,
              1e-15);
  ASSERT_EQ(result.further.size(), 1U);
  EXPECT_EQ(result.further[0].name, "accuracy");
  EXPECT_EQ(result.further[0].unit, "share");
  EXPECT_DOUBLE_EQ(result.further[0].value, 1.0 / 3);
}

TEST(Measure, SymbolsHaveAPerplexityAndBits) {
  // Shares 1/2, 1/2 in the first sequence, 1/4 and 1/8 in the second: 2 and 5 bits.
  const double log7 = std::log(7.0);
  const torch::Tensor output =
      at::tensor({0.0, 0.0, 3.0, 3.0, std::log(3.0), 0.0, 0.0, log7}, at::kDouble).view({2, 2, 2});
  const Batch batch{.tokens = at::zeros({2, 2, 1}),
                    .targets = at::tensor({0, 1, 1, 0}, at::kLong).view({2, 2})};
  const Scoring symbols{.loss = LossKind::kCrossEntropy, .positions = Positions::kEvery};
  const Evaluation result = measure(symbols, output, batch);
  ASSERT_EQ(result.further.size(), 3U);
  const Result& perplexity = result.further[1];
  const Result& bits = result.further[2];
  EXPECT_EQ(bits.name, "bits_per_symbol");
  EXPECT_EQ(bits.unit, "cross-entropy in bits, mean over tokens");
  EXPECT_NEAR(bits.value, 7.0 / 4, 1e-14);
  // Means 1 and 5/2 of the two sequences: their standard error is half of what is between them.
  EXPECT_NEAR(*bits.uncertainty, 0.75, 1e-14);
  EXPECT_EQ(perplexity.name, "perplexity");
  EXPECT_EQ(perplexity.unit, "exp of the cross-entropy in nats, mean over tokens");
  EXPECT_NEAR(perplexity.value, std::exp2(7.0 / 4), 1e-13);
  EXPECT_NEAR(*perplexity.uncertainty, std::exp2(7.0 / 4) * std::log(2.0) * 0.75, 1e-13);
}

TEST(Measure, RefusesOutputsThatDoNotFitTheTargets) {
  const Batch numbers{.tokens = at::zeros({4, 1, 1}), .targets = at::zeros({4, 2}), .marked = {}};
  EXPECT_EQ(error_text<InvalidArgument>([&] {
              measure(kHalf, at::zeros({4, 1, 1}), numbers);
            }),
            "[evaluate] the targets of these outputs must have the shape [4, 1, 1]; got "
            "[4, 1, 2].");
  const Batch classes{.tokens = at::zeros({4, 3, 1}),
                      .targets = at::zeros({4, 2}, at::kLong),
                      .marked = at::ones({4, 2}, at::kBool)};
  EXPECT_EQ(error_text<InvalidArgument>([&] {
              measure(kClassesMarked, at::zeros({4, 3, 5}), classes);
            }),
            "[evaluate] the classes of these outputs must have the shape [4, 3]; got [4, 2].");
}

}  // namespace
}  // namespace gril
