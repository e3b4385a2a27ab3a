#include "gril/layers/dropout_factors.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace gril {
namespace {

TEST(DropoutFactors, AreTheSameOutOfTorchOperations) {
  for (const uint64_t seed : {uint64_t{0}, uint64_t{1}, ~uint64_t{0}, uint64_t{1} << 63}) {
    for (const double kept : {0.1, 0.5, 0.85, 0.9, 0.96, 1.0}) {
      const auto options = at::TensorOptions(at::kFloat);
      EXPECT_TRUE(at::equal(dropout_factors({3, 7, 11}, seed, kept, options),
                            dropout_factors_composed({3, 7, 11}, seed, kept, options)));
    }
  }
}

TEST(DropoutFactors, DropTheSameNumbersInBothPrecisions) {
  const at::Tensor single = dropout_factors({2, 500}, 5, 0.7, at::kFloat);
  const at::Tensor twice = dropout_factors({2, 500}, 5, 0.7, at::kDouble);
  EXPECT_TRUE(at::equal(single.eq(0), twice.eq(0)));
}

// The first output of SplitMix64 from the state 0 is 0xE220A8397B1DCDAF, 0.88 of the range.
TEST(DropoutFactors, DecideByTheBitsOfSplitMix) {
  EXPECT_EQ(dropout_factors({1}, 0, 0.88, at::kDouble).item<double>(), 0.0);
  EXPECT_EQ(dropout_factors({1}, 0, 0.89, at::kDouble).item<double>(), 1.0 / 0.89);
}

}  // namespace
}  // namespace gril
