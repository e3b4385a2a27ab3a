#include "gril/synthetic_data/paddle.h"

#include <gtest/gtest.h>

#include "gril/synthetic_data/angles.h"
#include "tests/synthetic_data/drawn_grid.h"

namespace gril {
namespace {

TEST(Paddle, MovesAreRoundedUp) {
  EXPECT_EQ(moved({10, 10}, 0.1, 2.0), (Pixel{11, 12}));
  EXPECT_EQ(moved({10, 10}, -0.1, 2.0), (Pixel{10, 12}));
}

TEST(Paddle, WhatIsWholeButForRoundingIsWhole) {
  const double degree = kPi / 180.0;
  EXPECT_EQ(moved({10, 10}, 30.0 * degree, 2.0), (Pixel{11, 12}));
  EXPECT_EQ(moved({10, 10}, 90.0 * degree, 3.0), (Pixel{13, 10}));
  EXPECT_EQ(moved({0, 0}, 180.0 * degree, 3.0), (Pixel{0, -3}));
  EXPECT_EQ(moved({0, 0}, -150.0 * degree, 2.0), (Pixel{-1, -1}));
}

TEST(Paddle, BeginsAtTheCentreAndRunsAlongItsAngle) {
  const Paddle right = draw_paddle({.length = 2, .thickness = 0.5, .margin = 1}, 0.0);
  ASSERT_EQ(right.image.size, 9);
  // Half a pixel thick: its brightness over the columns adds up to half of the length and the ends.
  double brightness = 0.0;
  for (const uint8_t value : right.image.values) brightness += value / 255.0;
  EXPECT_NEAR(brightness, 0.5 * 2.5, 0.25);
  EXPECT_GT((right.image[{4, 5}]), 100);
  EXPECT_GT((right.image[{4, 6}]), 100);
  EXPECT_LT((right.image[{4, 2}]), 10);
  EXPECT_EQ((right.image[{2, 5}]), 0);
}

TEST(Paddle, MaskKeepsTheMarginFree) {
  for (const int64_t margin : {1, 2, 3}) {
    const Paddle right = draw_paddle({.length = 5, .thickness = 1.5, .margin = margin}, 0.0);
    const int64_t centre = right.mask.size / 2;
    // The line and the margin above it are occupied, two pixels beyond the margin nothing is, but
    // for the waves of the filter.
    EXPECT_GT((right.mask[{centre, centre + 2}]), 240) << margin;
    EXPECT_GT((right.mask[{centre - margin + 1, centre + 2}]), 240) << margin;
    EXPECT_LT((right.mask[{centre, centre - margin - 2}]), 10) << margin;
  }
}

TEST(Paddle, OppositeAnglesMirrorEachOther) {
  const PaddleShape shape{.length = 5, .thickness = 1.5, .margin = 2};
  const Paddle down = draw_paddle(shape, kPi / 2.0);
  const Paddle up = draw_paddle(shape, -kPi / 2.0);
  const int64_t last = down.mask.size - 1;
  for (int64_t row = 0; row <= last; ++row) {
    for (int64_t column = 0; column <= last; ++column) {
      ASSERT_EQ((down.image[{row, column}]), (up.image[{last - row, last - column}]));
      ASSERT_EQ((down.mask[{row, column}]), (up.mask[{last - row, last - column}]));
    }
  }
}

TEST(Paddle, CacheGivesWhatDrawingGives) {
  PaddleCache cache({.length = 2, .thickness = 0.5, .margin = 1});
  for (int degrees = -180; degrees < 180; degrees += 7) {
    const double angle = degrees * kPi / 180.0;
    const Paddle& cached = cache.along(angle);
    const Paddle expected = draw_paddle(cache.shape(), angle);
    EXPECT_EQ(cached.image.values, expected.image.values) << degrees;
    EXPECT_EQ(cached.mask.values, expected.mask.values) << degrees;
    EXPECT_EQ(&cached, &cache.along(angle));
  }
}

}  // namespace
}  // namespace gril
