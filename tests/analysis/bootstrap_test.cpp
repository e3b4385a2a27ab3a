#include "gril/analysis/bootstrap.h"

#include <gtest/gtest.h>

#include <cmath>

#include "gril/base/error.h"
#include "tests/support/error_text.h"

namespace gril {
namespace {

/// A sample with mean 0.5 and standard deviation 1/sqrt(12), without randomness.
std::vector<double> uniform_sample(int count) {
  std::vector<double> values;
  for (int i = 0; i < count; ++i) values.push_back((i + 0.5) / count);
  return values;
}

TEST(Bootstrap, IntervalOfAMeanHasTheWidthOfTheNormalOne) {
  constexpr int kCount = 2000;
  const Estimate mean = bootstrap_mean(uniform_sample(kCount), {.samples = 2000, .seed = 1});
  const double standard_error = 1.0 / std::sqrt(12.0 * kCount);
  EXPECT_NEAR(mean.value, 0.5, 1e-12);
  EXPECT_NEAR(mean.high - mean.low, 2 * 1.96 * standard_error, 0.2 * 1.96 * standard_error);
  EXPECT_LT(mean.low, 0.5);
  EXPECT_GT(mean.high, 0.5);
}

TEST(Bootstrap, RatioOfProportionalLossesHasNoWidth) {
  std::vector<double> numerators = uniform_sample(300);
  std::vector<double> denominators = numerators;
  for (double& value : numerators) value *= 1.5;
  const Estimate ratio = bootstrap_ratio(numerators, denominators, {.samples = 100, .seed = 1});
  EXPECT_NEAR(ratio.value, 1.5, 1e-12);
  EXPECT_NEAR(ratio.low, 1.5, 1e-12);
  EXPECT_NEAR(ratio.high, 1.5, 1e-12);
}

TEST(Bootstrap, DependsOnTheSeedAlone) {
  const std::vector<double> values = uniform_sample(100);
  const Estimate first = bootstrap_mean(values, {.samples = 50, .seed = 3});
  const Estimate again = bootstrap_mean(values, {.samples = 50, .seed = 3});
  const Estimate other = bootstrap_mean(values, {.samples = 50, .seed = 4});
  EXPECT_EQ(first.low, again.low);
  EXPECT_EQ(first.high, again.high);
  EXPECT_NE(first.low, other.low);
}

TEST(Bootstrap, OneValueHasNoInterval) {
  const Estimate mean = bootstrap_mean({0.25}, {});
  EXPECT_EQ(mean.value, 0.25);
  EXPECT_TRUE(std::isnan(mean.low) && std::isnan(mean.high));
}

// Two equal denominators of 0: what is resampled is 0/0 and 1/0, which has no order.
TEST(Bootstrap, ARatioThatDoesNotExistHasNoInterval) {
  const Estimate ratio = bootstrap_ratio({0.0, 1.0}, {0.0, 0.0}, {});
  EXPECT_TRUE(std::isinf(ratio.value));
  EXPECT_TRUE(std::isnan(ratio.low) && std::isnan(ratio.high));
}

TEST(Bootstrap, RefusesEmptyAndUnequalSamples) {
  EXPECT_EQ(error_text<InvalidArgument>([] { bootstrap_mean({}, {}); }),
            "[bootstrap] values and samples must be at least one; got 0 and 1000.");
  EXPECT_EQ(error_text<InvalidArgument>([] {
              bootstrap_ratio({1.0}, {1.0, 2.0}, {});
            }),
            "[bootstrap] numerators and denominators must have one length, at least one; got 1 "
            "and 2.");
}

}  // namespace
}  // namespace gril
