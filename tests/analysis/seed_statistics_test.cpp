#include "gril/analysis/seed_statistics.h"

#include <gtest/gtest.h>

#include "gril/base/error.h"
#include "tests/support/error_text.h"

namespace gril {
namespace {

Json summary(double loss) {
  return {{"metrics", {{{"name", "loss"}, {"value", loss}, {"unit", "half squared error"}}}}};
}

TEST(SeedStatistics, GivesMeanSpreadAndBothEnds) {
  const auto results = seed_statistics({summary(1.0), summary(4.0), summary(1.0)}, "a test");
  ASSERT_EQ(results.size(), 3U);
  EXPECT_EQ(results[0].name, "loss");
  EXPECT_EQ(results[0].value, 2.0);
  EXPECT_NEAR(*results[0].uncertainty, std::sqrt(3.0), 1e-15);
  EXPECT_EQ(results[0].samples, 3);
  EXPECT_EQ(results[0].unit, "half squared error");
  EXPECT_EQ(results[1].name, "loss.lowest");
  EXPECT_EQ(results[1].value, 1.0);
  EXPECT_EQ(results[2].name, "loss.highest");
  EXPECT_EQ(results[2].value, 4.0);
}

TEST(SeedStatistics, OneSeedHasNoSpread) {
  const auto results = seed_statistics({summary(1.5)}, "a test");
  EXPECT_EQ(results[0].value, 1.5);
  EXPECT_FALSE(results[0].uncertainty);
}

TEST(SeedStatistics, LeavesOutAMetricThatARunLacks) {
  EXPECT_TRUE(seed_statistics({summary(1.0), {{"metrics", Json::array()}}}, "a test").empty());
}

TEST(SeedStatistics, RefusesNoRuns) {
  EXPECT_EQ(error_text<InvalidArgument>([] { seed_statistics({}, ""); }),
            "[seed_statistics] there must be at least one run; got none.");
}

}  // namespace
}  // namespace gril
