// What is counted along a stream: scale of the columns, errors, durations.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "gril/stream/causal_standardiser.h"
#include "gril/stream/error_curve.h"
#include "gril/stream/latency_histogram.h"

namespace gril::test {
namespace {

using stream::CausalStandardiser;
using stream::ErrorCurve;
using stream::LatencyHistogram;

TEST(CausalStandardiser, UsesTheRowsBeforeOnly) {
  CausalStandardiser scale(1);
  EXPECT_EQ(scale.standardise(0, 5.0), 0.0);
  scale.observe(std::vector<double>{1.0});
  EXPECT_EQ(scale.standardise(0, 5.0), 0.0);
  scale.observe(std::vector<double>{3.0});
  EXPECT_DOUBLE_EQ(scale.standardise(0, 5.0), (5.0 - 2.0) / 1.0);
  EXPECT_DOUBLE_EQ(scale.restore(0, scale.standardise(0, 5.0)), 5.0);
}

TEST(CausalStandardiser, EqualsTwoPassesOnNumbersFarFromZero) {
  std::mt19937_64 generator(1);
  std::normal_distribution<double> normal(1e9, 2.0);
  CausalStandardiser scale(1);
  std::vector<double> column(5000);
  for (double& value : column) {
    value = normal(generator);
    scale.observe({&value, 1});
  }
  double mean = 0.0;
  for (const double value : column) mean += (value - 1e9) / 5000.0;
  double variance = 0.0;
  for (const double value : column) variance += (value - 1e9 - mean) * (value - 1e9 - mean);
  EXPECT_NEAR(scale.mean(0) - 1e9, mean, 1e-5);
  EXPECT_NEAR(scale.deviation(0), std::sqrt(variance / 5000.0), 1e-6);
}

TEST(CausalStandardiser, ColumnThatNeverVariedGivesZero) {
  CausalStandardiser scale(2);
  for (int row = 0; row < 100; ++row) scale.observe(std::vector<double>{0.1, row * 1.0});
  EXPECT_FALSE(scale.varies(0));
  EXPECT_TRUE(scale.varies(1));
  EXPECT_EQ(scale.standardise(0, 7.0), 0.0);
}

TEST(ErrorCurve, SumsAndTenthsAreExactInShortStreams) {
  ErrorCurve curve(2);
  for (int row = 1; row <= 1000; ++row) curve.add({1.0 * row, 2.0});
  EXPECT_EQ(curve.rows(), 1000);
  EXPECT_DOUBLE_EQ(curve.sum(0), 500500.0);
  const ErrorCurve::Point tenth = curve.at(0.1, 0);
  EXPECT_EQ(tenth.rows, 100);
  EXPECT_DOUBLE_EQ(tenth.mean, 50.5);
  EXPECT_EQ(curve.at(1.0, 1).rows, 1000);
  EXPECT_DOUBLE_EQ(curve.at(1.0, 1).mean, 2.0);
}

TEST(ErrorCurve, TenthsOfLongStreamsAreNearAndTheirSumsExact) {
  for (const int64_t rows : {1025, 2049, 100'003}) {
    ErrorCurve curve(1);
    for (int64_t row = 1; row <= rows; ++row) curve.add({static_cast<double>(row)});
    for (int part = 1; part <= 10; ++part) {
      const ErrorCurve::Point point = curve.at(part / 10.0, 0);
      const double wanted = part / 10.0 * static_cast<double>(rows);
      EXPECT_LE(std::abs(static_cast<double>(point.rows) - wanted),
                static_cast<double>(rows) / 512.0);
      EXPECT_DOUBLE_EQ(point.mean, 0.5 * static_cast<double>(point.rows + 1));
    }
  }
}

TEST(ErrorCurve, EmptyAndSingleRowsHavePoints) {
  ErrorCurve curve(1);
  EXPECT_EQ(curve.at(0.1, 0).rows, 0);
  curve.add({4.0});
  EXPECT_EQ(curve.at(0.1, 0).rows, 1);
  EXPECT_EQ(curve.at(0.1, 0).mean, 4.0);
}

TEST(LatencyHistogram, PercentilesAreWithinABucketOfTheSortedOnes) {
  std::mt19937_64 generator(2);
  std::lognormal_distribution<double> durations(6.0, 1.5);
  LatencyHistogram histogram;
  std::vector<int64_t> all;
  for (int i = 0; i < 20000; ++i) {
    all.push_back(static_cast<int64_t>(durations(generator)));
    histogram.add(all.back());
  }
  std::sort(all.begin(), all.end());
  for (const double fraction : {0.01, 0.5, 0.9, 0.99, 1.0}) {
    const auto index = static_cast<std::size_t>(std::ceil(fraction * 20000.0)) - 1;
    const auto exact = static_cast<double>(all[index]);
    const auto found = static_cast<double>(histogram.percentile(fraction));
    EXPECT_GE(found, exact);
    EXPECT_LE(found, exact * (1.0 + 1.0 / 16.0) + 1.0);
  }
  EXPECT_EQ(histogram.largest(), all.back());
  EXPECT_EQ(histogram.count(), 20000);
}

TEST(LatencyHistogram, HandlesExtremes) {
  LatencyHistogram histogram;
  EXPECT_EQ(histogram.percentile(0.5), 0);
  histogram.add(-5);
  EXPECT_EQ(histogram.percentile(1.0), 0);
  histogram.add(std::numeric_limits<int64_t>::max());
  EXPECT_EQ(histogram.percentile(1.0), std::numeric_limits<int64_t>::max());
}

}  // namespace
}  // namespace gril::test
