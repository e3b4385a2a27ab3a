#include "gril/synthetic_data/angles.h"

#include <gtest/gtest.h>

#include <cmath>

namespace gril {
namespace {

TEST(Angles, AgreeWithTheCLibrary) {
  for (int i = -7000; i <= 7000; ++i) {
    const double angle = i * 0.0137;
    ASSERT_NEAR(sine(angle), std::sin(angle), 1e-13) << angle;
    ASSERT_NEAR(cosine(angle), std::cos(angle), 1e-13) << angle;
  }
}

TEST(Angles, BelongToWaysOfWholePixels) {
  for (int row = -9; row <= 9; ++row) {
    for (int column = -9; column <= 9; ++column) {
      if (row == 0 && column == 0) continue;
      const double angle = angle_of(row, column);
      // Straight left is pi or -pi.
      const double expected =
          row == 0 && column < 0 ? std::copysign(kPi, angle) : std::atan2(row, column);
      ASSERT_NEAR(angle, expected, 1e-13) << row << ' ' << column;
    }
  }
}

}  // namespace
}  // namespace gril
