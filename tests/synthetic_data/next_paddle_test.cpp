#include "gril/synthetic_data/next_paddle.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "gril/synthetic_data/angles.h"

namespace gril {
namespace {

constexpr PaddleShape kShape{.length = 5, .thickness = 1.0, .margin = 1};

TEST(NextPaddle, CircleHoldsEveryPixelOfArcOnce) {
  const std::vector<CirclePixel> circle = paddle_circle(kShape);
  EXPECT_GE(circle.size(), 30U);
  EXPECT_LE(circle.size(), 38U);  // 2 pi 6
  for (std::size_t i = 0; i < circle.size(); ++i) {
    const Pixel way = circle[i].way;
    EXPECT_TRUE(i == 0 || circle[i - 1].way < way);
    const auto row = static_cast<double>(way.row);
    const auto column = static_cast<double>(way.column);
    EXPECT_NEAR(std::hypot(row + 0.5, column + 0.5), 6.0, 0.75);
    EXPECT_NEAR(std::cos(circle[i].angle - std::atan2(row, column)), 1.0, 1e-12);
  }
}

/// The weight by the formula, with the C library.
double weight(const Pixel& pivot, double last_angle, const PaddleEnd& end, double mask,
              double continuity) {
  const double cosine_of_turn =
      std::cos(std::atan2(end.pixel.row - pivot.row, end.pixel.column - pivot.column) - last_angle);
  const double turn = std::acos(std::clamp(cosine_of_turn, -1.0, 1.0));
  return (1.0 - mask) * std::pow(std::cos(std::min(continuity * turn, kPi / 2.0)), 2.0);
}

TEST(NextPaddle, WeightsFollowTheTurnAndTheMask) {
  ByteGrid mask(40);
  for (int64_t row = 0; row < 40; ++row) {
    for (int64_t column = 22; column < 40; ++column) mask[{row, column}] = 51;
  }
  const Pixel pivot{20, 20};
  for (const double continuity : {1.0, 1.8}) {
    const double last = 2.0;
    const auto ends = next_paddle_ends(paddle_circle(kShape), pivot, last, mask, 1, continuity);
    ASSERT_GT(ends.size(), 5U);
    for (const PaddleEnd& end : ends) {
      // A margin of 1: column 21 touches the mask.
      const double occupied = end.pixel.column >= 21 ? 0.2 : 0.0;
      EXPECT_NEAR(end.weight, weight(pivot, last, end, occupied, continuity), 1e-7);
      EXPECT_LT(std::acos(std::cos(end.angle - last)), kPi / 2.0 / continuity);
    }
  }
}

TEST(NextPaddle, StaysInTheWindow) {
  const ByteGrid mask(40);
  for (const PaddleEnd& end :
       next_paddle_ends(paddle_circle(kShape), {38, 1}, kPi * 0.75, mask, 1, 1.0)) {
    EXPECT_TRUE(mask.contains(end.pixel));
  }
}

TEST(NextPaddle, HasNoRoomOnAFullMaskOrOutside) {
  const std::vector<CirclePixel> circle = paddle_circle(kShape);
  EXPECT_TRUE(next_paddle_ends(circle, {20, 20}, 0.0, ByteGrid(40, 255), 1, 1.0).empty());
  EXPECT_TRUE(next_paddle_ends(circle, {20, 60}, 0.0, ByteGrid(40), 1, 1.0).empty());
}

}  // namespace
}  // namespace gril
