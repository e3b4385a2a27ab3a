#include "gril/synthetic_data/grid_drawing.h"

#include <gtest/gtest.h>

#include "tests/synthetic_data/drawn_grid.h"

namespace gril {
namespace {

using Rows = std::vector<std::string>;

TEST(GridDrawing, AThinLineHasOnePixelPerStep) {
  ByteGrid grid(5);
  draw_line(grid, {3, 0}, {1, 4}, 1);
  EXPECT_EQ(drawn(grid), (Rows{".....", "...##", ".##..", "#....", "....."}));
}

TEST(GridDrawing, AWideLineIsARectangle) {
  ByteGrid two(5);
  draw_line(two, {2, 1}, {2, 3}, 2);
  EXPECT_EQ(drawn(two), (Rows{".....", ".....", ".###.", ".###.", "....."}));
  ByteGrid three(5);
  draw_line(three, {0, 2}, {3, 2}, 3);
  EXPECT_EQ(drawn(three), (Rows{".###.", ".###.", ".###.", ".###.", "....."}));
  ByteGrid diagonal(5);
  draw_line(diagonal, {1, 1}, {3, 3}, 3);
  EXPECT_EQ(drawn(diagonal), (Rows{"..#..", ".###.", "#####", ".###.", "..#.."}));
}

TEST(GridDrawing, WhatIsOutsideIsLeftOut) {
  ByteGrid grid(3);
  draw_line(grid, {1, 1}, {1, 9}, 1);
  draw_disc(grid, {-1, 0}, 1.0);
  EXPECT_EQ(drawn(grid), (Rows{"#..", ".##", "..."}));
}

TEST(GridDrawing, ADiscHoldsThePixelsWithinItsRadius) {
  ByteGrid grid(5);
  draw_disc(grid, {2, 2}, 1.5);
  EXPECT_EQ(drawn(grid), (Rows{".....", ".###.", ".###.", ".###.", "....."}));
  EXPECT_EQ(disc_ways(2).size(), 13U);
}

TEST(GridDrawing, DilatingTakesTheLargestNumberAround) {
  ByteGrid grid(4);
  grid[{0, 0}] = 100;
  grid[{3, 3}] = kFull;
  const ByteGrid result = dilated(grid, disc_ways(1));
  EXPECT_EQ(drawn(result), (Rows{"++..", "+...", "...#", "..##"}));
  EXPECT_EQ((result[{1, 0}]), 100);
  EXPECT_EQ(largest_around(grid, {0, 1}, {{0, 1}, {-1, 0}}), 0);
}

}  // namespace
}  // namespace gril
