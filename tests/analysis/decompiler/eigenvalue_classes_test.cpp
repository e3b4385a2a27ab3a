#include "gril/analysis/decompiler/eigenvalue_classes.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <limits>

namespace gril {
namespace {

TEST(EigenvalueClasses, HaveTheBoundsOfThePaper) {
  const auto name = [](double value) { return eigenvalue_class_name(eigenvalue_class(value)); };
  EXPECT_EQ(name(1.0), "memory");
  EXPECT_EQ(name(0.9901), "memory");
  EXPECT_EQ(name(0.99), "between");
  EXPECT_EQ(name(0.01), "between");
  EXPECT_EQ(name(0.0099), "forget");
  EXPECT_EQ(name(0.0), "forget");
}

TEST(EigenvalueClasses, CallWhatAlternatesOrGrowsOutside) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const EigenvalueCounts counts =
      count_eigenvalues({1.0, 1.009, 1.02, -0.009, -0.5, nan, 0.5, 0.3});
  EXPECT_EQ(counts.memory, 2);
  EXPECT_EQ(counts.forget, 1);
  EXPECT_EQ(counts.between, 2);
  EXPECT_EQ(counts.outside, 3);
}

TEST(EigenvalueClasses, PolaritySplitsAtOneHalf) {
  const Polarity found = polarity(at::tensor({0.51, 0.5, 1.2, -0.1}, at::kDouble));
  EXPECT_TRUE(at::equal(found.memory, at::tensor({0, 2}, at::kLong)));
  EXPECT_TRUE(at::equal(found.forget, at::tensor({1, 3}, at::kLong)));
}

}  // namespace
}  // namespace gril
