#include "gril/synthetic_data/snake.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "gril/synthetic_data/angles.h"
#include "gril/synthetic_data/grid_drawing.h"

namespace gril {
namespace {

constexpr int kTries = 3;            ///< at a seed, and at each further paddle
constexpr int kFreeMask = 76;        ///< 0.3 of 255: a pixel with at most this is free
constexpr int kCrossingMasks = 459;  ///< 1.8 of 255: two masks that add up to this cross

/// Calls visit(pixel of the window, pixel of the paddle) where the two overlap.
template <typename Visit>
void overlap(int64_t window, const Pixel& start, const ByteGrid& paddle, const Visit& visit) {
  const int64_t half = paddle.size / 2;
  const auto first = [half](int64_t at) { return std::max<int64_t>(0, half - at); };
  const auto end = [&](int64_t at) { return std::min(paddle.size, window - at + half); };
  for (int64_t row = first(start.row); row < end(start.row); ++row) {
    for (int64_t column = first(start.column); column < end(start.column); ++column) {
      visit(start + Pixel{row - half, column - half}, Pixel{row, column});
    }
  }
}

void draw_image(PathfinderCanvas& canvas, const Paddle& paddle, const Pixel& start,
                double contrast) {
  overlap(canvas.image.size, start, paddle.image, [&](const Pixel& place, const Pixel& source) {
    canvas.image[place] =
        std::max(canvas.image[place], paddle.image[source] / double{kFull} * contrast);
  });
}

void occupy(PathfinderCanvas& canvas, const Paddle& paddle, const Pixel& start) {
  overlap(canvas.mask.size, start, paddle.mask, [&](const Pixel& place, const Pixel& source) {
    canvas.mask[place] = std::max(canvas.mask[place], paddle.mask[source]);
  });
}

bool crosses(const PathfinderCanvas& canvas, const Paddle& paddle, const Pixel& start) {
  int most = 0;
  overlap(canvas.mask.size, start, paddle.mask, [&](const Pixel& place, const Pixel& source) {
    most = std::max(most, int{canvas.mask[place]} + int{paddle.mask[source]});
  });
  return most >= kCrossingMasks;
}

/// The frame of `width` pixels is occupied.
ByteGrid framed(ByteGrid grid, int64_t width) {
  for (int64_t row = 0; row < grid.size; ++row) {
    for (int64_t column = 0; column < grid.size; ++column) {
      const int64_t nearest = std::min({row, column, grid.size - 1 - row, grid.size - 1 - column});
      if (nearest < width) grid[{row, column}] = kFull;
    }
  }
  return grid;
}

/// The ways from a tail to the pixels that its paddle occupies entirely. The original centres them
/// one pixel further down and to the right, and cuts them at the length and the margin.
std::vector<Pixel> occupied_ways(const PaddleShape& shape, const Paddle& paddle) {
  const int64_t reach = shape.length + shape.margin;
  const int64_t half = shape.half_width();
  std::vector<Pixel> ways;
  for (int64_t row = -half; row <= half; ++row) {
    for (int64_t column = -half; column <= half; ++column) {
      const Pixel way{row + 1, column + 1};
      if (std::max(std::abs(way.row), std::abs(way.column)) > reach) continue;
      if (paddle.mask[{row + half, column + half}] == kFull) ways.push_back(way);
    }
  }
  return ways;
}

std::vector<Pixel> free_pixels(const ByteGrid& mask) {
  std::vector<Pixel> pixels;
  for (int64_t row = 0; row < mask.size; ++row) {
    for (int64_t column = 0; column < mask.size; ++column) {
      if (mask[{row, column}] <= kFreeMask) pixels.push_back({row, column});
    }
  }
  return pixels;
}

/// start + distance (sin angle, cos angle), each rounded to the nearest, halves up.
Pixel nearest_moved(const Pixel& start, double angle, double distance) {
  const auto nearest = [](double x) { return static_cast<int64_t>(std::floor(x + 0.5 + 1e-9)); };
  return start + Pixel{nearest(distance * sine(angle)), nearest(distance * cosine(angle))};
}

double opposite(double angle) { return angle < 0.0 ? angle + kPi : angle - kPi; }

}  // namespace

double SnakeDrawer::drawn_angle() {
  return static_cast<double>(draws_.between(-180, 179)) * kPi / 180.0;
}

std::optional<Snake> SnakeDrawer::seed_at(const Pixel& tail, double angle, PathfinderCanvas& canvas,
                                          double contrast) {
  const PaddleShape& shape = paddles_.shape();
  const Pixel head = moved(tail, angle, static_cast<double>(shape.length));
  const Pixel pivot =
      moved(head, opposite(angle), static_cast<double>(shape.length + shape.margin));
  if (!canvas.mask.contains(head) || !canvas.mask.contains(pivot)) return std::nullopt;
  const Paddle& paddle = paddles_.along(angle);
  draw_image(canvas, paddle, tail, contrast);
  return Snake{tail, head, pivot, angle, &paddle, tail};
}

std::optional<Snake> SnakeDrawer::seed_among(const ByteGrid& blocked, PathfinderCanvas& canvas,
                                             double contrast) {
  for (int i = 0; i < kTries; ++i) {
    const double angle = drawn_angle();
    const std::vector<Pixel> ways = occupied_ways(paddles_.shape(), paddles_.along(angle));
    const std::vector<Pixel> free = free_pixels(dilated(blocked, ways));
    if (free.empty()) return std::nullopt;
    const int64_t place = draws_.between(0, static_cast<int64_t>(free.size()) - 1);
    std::optional<Snake> snake =
        seed_at(free[static_cast<std::size_t>(place)], angle, canvas, contrast);
    if (snake) return snake;
  }
  return std::nullopt;
}

std::optional<Snake> SnakeDrawer::seed_beside(const Pixel& tail, PathfinderCanvas& canvas,
                                              double contrast) {
  for (int i = 0; i < kTries; ++i) {
    const double angle = drawn_angle();
    const double direction = static_cast<double>(draws_.between(0, 359)) * kPi / 180.0;
    const Pixel place = nearest_moved(tail, direction, static_cast<double>(law_.seed_distance));
    std::optional<Snake> snake = seed_at(place, angle, canvas, contrast);
    if (snake) return snake;
  }
  return std::nullopt;
}

bool SnakeDrawer::grow(Snake& snake, PathfinderCanvas& canvas, double contrast) {
  const PaddleShape& shape = paddles_.shape();
  const Pixel pivot =
      moved(snake.pivot, snake.angle, static_cast<double>(shape.length + 2 * shape.margin));
  const std::vector<PaddleEnd> ends =
      next_paddle_ends(circle_, pivot, snake.angle, canvas.mask, shape.margin, law_.continuity);
  if (ends.empty()) return false;
  double total = 0.0;
  for (const PaddleEnd& end : ends) total += end.weight;
  for (int i = 0; i < kTries; ++i) {
    const double drawn = draws_.unit() * total;
    double sum = 0.0;
    const auto chosen = std::find_if(ends.begin(), ends.end(), [&](const PaddleEnd& end) {
      sum += end.weight;
      return sum > drawn;
    });
    const Paddle& paddle = paddles_.along(opposite(chosen->angle));
    if (crosses(canvas, paddle, chosen->pixel)) continue;
    draw_image(canvas, paddle, chosen->pixel, contrast);
    occupy(canvas, *snake.newest, snake.newest_start);
    snake = {snake.origin, chosen->pixel, pivot, chosen->angle, &paddle, chosen->pixel};
    return true;
  }
  return false;
}

std::optional<std::array<Snake, 2>> SnakeDrawer::draw_targets(PathfinderCanvas& canvas) {
  canvas.mask = framed(std::move(canvas.mask), law_.padding);
  const std::optional<Snake> first =
      seed_among(framed(canvas.mask, 2 * law_.seed_distance), canvas, law_.target_contrast);
  if (!first) return std::nullopt;
  const std::optional<Snake> second = seed_beside(first->origin, canvas, law_.target_contrast);
  if (!second) return std::nullopt;
  std::array<Snake, 2> snakes = {*first, *second};
  for (int64_t i = 1; i < law_.contour_length; ++i) {
    for (Snake& snake : snakes) {
      if (!grow(snake, canvas, law_.target_contrast)) return std::nullopt;
    }
  }
  // The original forgets the last paddle of the first snake.
  occupy(canvas, *snakes[1].newest, snakes[1].newest_start);
  return snakes;
}

bool SnakeDrawer::draw_distractor(PathfinderCanvas& canvas) {
  constexpr std::size_t kLeastShare = 100;  // one pixel in a hundred must be free
  if (free_pixels(canvas.mask).size() * kLeastShare < canvas.mask.values.size()) return false;
  std::optional<Snake> snake = seed_among(framed(canvas.mask, 1), canvas, law_.distractor_contrast);
  if (!snake) return false;
  for (int64_t i = 1; i < law_.distractor_length; ++i) {
    if (!grow(*snake, canvas, law_.distractor_contrast)) return false;
  }
  occupy(canvas, *snake->newest, snake->newest_start);
  return true;
}

}  // namespace gril
