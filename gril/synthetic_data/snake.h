#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "gril/synthetic_data/next_paddle.h"
#include "gril/synthetic_data/paddle.h"
#include "gril/synthetic_data/pathfinder_law.h"
#include "gril/synthetic_data/random_draws.h"
#include "gril/synthetic_data/square_grid.h"

namespace gril {

/// What has been drawn so far.
struct PathfinderCanvas {
  explicit PathfinderCanvas(int64_t window) : image(window), mask(window) {}

  SquareGrid<double> image;  ///< brightness, 1 is full; contrasts above 1 pass it
  ByteGrid mask;             ///< 255: occupied
};

/// A dashed curve that grows paddle by paddle.
struct Snake {
  Pixel origin;                    ///< tip where it began
  Pixel terminal;                  ///< tip of its newest paddle
  Pixel pivot;                     ///< the margin behind its newest paddle
  double angle = 0.0;              ///< of its newest paddle, from tail to head
  const Paddle* newest = nullptr;  ///< its newest paddle, which does not block it yet
  Pixel newest_start;              ///< and where that was drawn
};

/// Draws snakes (benchmark_data.md, section 2.3, steps 2 to 4). Angles are radians; a step along
/// `angle` moves sin(angle) rows and cos(angle) columns.
class SnakeDrawer {
 public:
  /// paddles  of the margin of this image. Keeps references to all three.
  SnakeDrawer(const PathfinderLaw& law, PaddleCache& paddles, RandomDraws& draws)
      : law_(law), paddles_(paddles), draws_(draws), circle_(paddle_circle(paddles.shape())) {}

  /// One attempt at the two target snakes, grown in turn from tails that lie the seed distance
  /// apart. Nothing, and a canvas to throw away, when one of them finds no room.
  std::optional<std::array<Snake, 2>> draw_targets(PathfinderCanvas& canvas);
  /// One attempt at a distractor. False, and a canvas to throw away, when it finds no room.
  bool draw_distractor(PathfinderCanvas& canvas);

 private:
  std::optional<Snake> seed_among(const ByteGrid& blocked, PathfinderCanvas& canvas,
                                  double contrast);
  std::optional<Snake> seed_beside(const Pixel& tail, PathfinderCanvas& canvas, double contrast);
  std::optional<Snake> seed_at(const Pixel& tail, double angle, PathfinderCanvas& canvas,
                               double contrast);
  bool grow(Snake& snake, PathfinderCanvas& canvas, double contrast);
  double drawn_angle();

  const PathfinderLaw& law_;
  PaddleCache& paddles_;
  RandomDraws& draws_;
  std::vector<CirclePixel> circle_;
};

}  // namespace gril
