#pragma once

#include <vector>

#include "gril/synthetic_data/pathfinder_law.h"
#include "gril/synthetic_data/square_grid.h"

namespace gril {

/// A pixel on the circle around the pivot of a snake where its next paddle may end, seen from
/// there.
struct CirclePixel {
  Pixel way;
  double angle = 0.0;  ///< from the pivot to the pixel
};

/// The pixels of the circle as wide as the length and the margin of a paddle: one place for every
/// pixel of arc, its coordinates rounded down; by row and column, each once.
std::vector<CirclePixel> paddle_circle(const PaddleShape& paddle);

/// Where the next paddle of a snake may end.
struct PaddleEnd {
  Pixel pixel;
  double angle = 0.0;   ///< from the pivot to the pixel
  double weight = 0.0;  ///< how likely, times a number that all ends share
};

/// The pixels of `circle` around `pivot` that lie in the window and have a weight. The weight of
/// one is (1 - m) cos^2(min(c d, pi / 2)), d being the turn from `last_angle`, c the continuity and
/// m the mask, 0 to 1, made wider by the margin. Empty when the weights add up to less than 1e-4:
/// the snake has no room. Source: benchmark_data.md, section 2.3, step 3.
std::vector<PaddleEnd> next_paddle_ends(const std::vector<CirclePixel>& circle, const Pixel& pivot,
                                        double last_angle, const ByteGrid& mask, int64_t margin,
                                        double continuity);

}  // namespace gril
