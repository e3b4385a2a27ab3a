#include "gril/analysis/tensor_distance.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/error_text.h"

namespace gril {
namespace {

TEST(TensorDistance, ScaleAndCosineAreThoseOfAProjection) {
  const torch::Tensor reference = at::arange(1, 6, at::kDouble);
  const TensorDistance same = tensor_distance(2.5 * reference, reference);
  EXPECT_NEAR(same.relative, 1.5, 1e-14);
  EXPECT_NEAR(same.scale, 2.5, 1e-14);
  EXPECT_NEAR(same.cosine, 1.0, 1e-14);
  EXPECT_NEAR(same.scaled, 0.0, 1e-14);
  const torch::Tensor along = at::tensor({1.0, 0.0}, at::kDouble);
  const TensorDistance tilted = tensor_distance(at::tensor({3.0, 4.0}, at::kDouble), along);
  EXPECT_NEAR(tilted.scale, 3.0, 1e-14);
  EXPECT_NEAR(tilted.cosine, 0.6, 1e-14);
  EXPECT_NEAR(tilted.scaled, 4.0 / 3.0, 1e-14);
}

TEST(TensorDistance, HasNoCosineWithZero) {
  const torch::Tensor ones = at::ones({2}, at::kDouble);
  EXPECT_TRUE(std::isnan(tensor_distance(at::zeros({2}, at::kDouble), ones).cosine));
}

TEST(TensorDistance, RefusesTwoShapes) {
  const torch::Tensor ones = at::ones({2}, at::kDouble);
  EXPECT_NE(error_text<c10::ValueError>([&] {
              tensor_distance(ones, ones.unsqueeze(0));
            }).find("[tensor_distance] both tensors must have one shape; got [2] and [1, 2]."),
            std::string::npos);
}

}  // namespace
}  // namespace gril
