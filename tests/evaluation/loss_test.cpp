#include "gril/evaluation/loss.h"

#include <gtest/gtest.h>

#include "tests/support/error_text.h"

namespace gril {
namespace {

TEST(HalfSquaredError, IsHalfTheMeanOverBatchAndOutputs) {
  const torch::Tensor predictions = at::tensor({1.0, 2.0, 3.0, 5.0}, at::kDouble).view({2, 2});
  const torch::Tensor targets = at::tensor({1.0, 4.0, 0.0, 4.0}, at::kDouble).view({2, 2});
  // Squares 0, 4, 9, 1.
  EXPECT_DOUBLE_EQ(half_squared_error(predictions, targets).item<double>(), 14.0 / 8);
}

TEST(HalfSquaredError, GradientIsTheErrorOverItsCount) {
  torch::Tensor predictions = at::tensor({1.0, 2.0, 3.0, 5.0}, at::kDouble).view({2, 2});
  predictions.set_requires_grad(true);
  const torch::Tensor targets = at::zeros({2, 2}, at::kDouble);
  half_squared_error(predictions, targets).backward();
  EXPECT_TRUE(at::allclose(predictions.grad(), predictions.detach() / 4));
}

TEST(HalfSquaredError, RefusesShapesThatWouldBroadcast) {
  const auto text = error_text<c10::ValueError>([] {
    half_squared_error(at::zeros({2, 1}), at::zeros({2, 3}));
  });
  EXPECT_EQ(text.substr(0, text.find('\n')),
            "[loss] predictions and targets must have one shape (B, m); got [2, 1] and [2, 3].");
}

}  // namespace
}  // namespace gril
