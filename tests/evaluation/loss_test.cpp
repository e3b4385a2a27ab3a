#include "gril/evaluation/loss.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/error_text.h"

namespace gril {
namespace {

/// The first line of what a call threw.
template <typename Call>
std::string first_line(const Call& call) {
  const auto text = error_text<c10::ValueError>(call);
  return text.substr(0, text.find('\n'));
}

TEST(HalfSquaredError, IsHalfTheMeanOverBatchAndOutputs) {
  const torch::Tensor predictions = at::tensor({1.0, 2.0, 3.0, 5.0}, at::kDouble).view({2, 2});
  const torch::Tensor targets = at::tensor({1.0, 4.0, 0.0, 4.0}, at::kDouble).view({2, 2});
  // Squares 0, 4, 9, 1.
  EXPECT_DOUBLE_EQ(half_squared_error(predictions, targets).item<double>(), 14.0 / 8);
  EXPECT_DOUBLE_EQ(mean_squared_error(predictions, targets).item<double>(), 14.0 / 4);
}

TEST(HalfSquaredError, GradientIsTheErrorOverItsCount) {
  torch::Tensor predictions = at::tensor({1.0, 2.0, 3.0, 5.0}, at::kDouble).view({2, 2});
  predictions.set_requires_grad(true);
  const torch::Tensor targets = at::zeros({2, 2}, at::kDouble);
  half_squared_error(predictions, targets).backward();
  EXPECT_TRUE(at::allclose(predictions.grad(), predictions.detach() / 4));
}

TEST(HalfSquaredError, RefusesShapesThatWouldBroadcast) {
  const std::string text =
      "[loss] predictions and targets must have one shape; got [2, 1] and [2, 3].";
  EXPECT_EQ(first_line([] { half_squared_error(at::zeros({2, 1}), at::zeros({2, 3})); }), text);
  EXPECT_EQ(first_line([] { mean_squared_error(at::zeros({2, 1}), at::zeros({2, 3})); }), text);
}

TEST(CrossEntropy, IsTheMeanNegativeLogarithmOfTheShareOfTheClass) {
  // Shares 1/4, 3/4 and 1/2, 1/2.
  const torch::Tensor predictions =
      at::tensor({0.0, std::log(3.0), 7.0, 7.0}, at::kDouble).view({1, 2, 2});
  const torch::Tensor classes = at::tensor({1, 0}, at::kLong).view({1, 2});
  EXPECT_NEAR(cross_entropy(predictions, classes).item<double>(),
              -0.5 * (std::log(0.75) + std::log(0.5)), 1e-15);
}

TEST(CrossEntropy, RefusesOtherShapesAndNumbersThatAreNoClasses) {
  EXPECT_EQ(first_line([] {
              cross_entropy(at::zeros({2, 3}), at::zeros({3}, at::kLong));
            }),
            "[loss] classes must be int64 and have the shape of the predictions without their last "
            "axis; got [3] of Long and [2, 3].");
  EXPECT_EQ(first_line([] {
              cross_entropy(at::zeros({2, 3}), at::zeros({2}));
            }),
            "[loss] classes must be int64 and have the shape of the predictions without their last "
            "axis; got [2] of Float and [2, 3].");
}

TEST(LossConvention, NamesTheLossAndWhatItIsAMeanOf) {
  const auto text = [](LossKind loss, Positions positions) {
    return loss_convention({.loss = loss, .positions = positions});
  };
  EXPECT_EQ(text(LossKind::kHalfSquaredError, Positions::kLast),
            "half squared error, mean over outputs");
  EXPECT_EQ(text(LossKind::kMeanSquaredError, Positions::kEvery),
            "mean squared error over time, batch and outputs");
  EXPECT_EQ(text(LossKind::kCrossEntropy, Positions::kLast), "cross-entropy in nats, last token");
  EXPECT_EQ(text(LossKind::kCrossEntropy, Positions::kMarked),
            "cross-entropy in nats, mean over marked tokens");
}

/// Two sequences of three tokens with two outputs; the second token of the first sequence and the
/// last two of the second are marked.
Batch marked_batch() {
  return {.tokens = at::zeros({2, 3, 1}),
          .targets = at::arange(12, at::kDouble).view({2, 3, 2}),
          .marked = at::tensor({0, 1, 0, 0, 1, 1}, at::kInt).ne(0).view({2, 3})};
}

TEST(ScoredLoss, CountsThePositionsOfTheTask) {
  Batch batch = marked_batch();
  const torch::Tensor output = batch.targets + at::tensor({1.0, 2.0, 3.0}).view({1, 3, 1});
  const auto loss = [&](Positions positions) {
    const Scoring scoring{.loss = LossKind::kMeanSquaredError, .positions = positions};
    return scored_loss(scoring, output, batch).item<double>();
  };
  EXPECT_DOUBLE_EQ(loss(Positions::kEvery), (1.0 + 4.0 + 9.0) / 3);
  EXPECT_DOUBLE_EQ(loss(Positions::kMarked), (4.0 + 4.0 + 9.0) / 3);
  batch.targets = batch.targets.select(1, 2);
  EXPECT_DOUBLE_EQ(loss(Positions::kLast), 9.0);
}

TEST(CountedPositions, AreSequencesTokensOrMarks) {
  const auto counted = [](Positions positions) {
    return counted_positions({.loss = LossKind::kCrossEntropy, .positions = positions},
                             marked_batch());
  };
  EXPECT_EQ(counted(Positions::kLast), 2);
  EXPECT_EQ(counted(Positions::kEvery), 6);
  EXPECT_EQ(counted(Positions::kMarked), 3);
}

}  // namespace
}  // namespace gril
