#include "gril/synthetic_data/pathfinder_image.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "gril/synthetic_data/grid_drawing.h"
#include "gril/synthetic_data/lanczos_shrink.h"

namespace gril {
namespace {

/// Draws both target snakes on an empty canvas, as often as it takes.
PathfinderCanvas draw_targets(SnakeDrawer& drawer, int64_t window, PathfinderImage& image) {
  for (;;) {
    ++image.attempts;
    PathfinderCanvas canvas(window);
    if (const auto targets = drawer.draw_targets(canvas)) {
      image.targets = *targets;
      for (Snake& snake : image.targets) snake.newest = nullptr;
      return canvas;
    }
  }
}

/// A distractor that finds no room is undone, tried four times more, and then left out.
void draw_distractors(SnakeDrawer& drawer, int64_t count, PathfinderCanvas& canvas,
                      PathfinderImage& image) {
  constexpr int kAttempts = 5;
  for (int64_t i = 0; i < count; ++i) {
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
      PathfinderCanvas trial = canvas;
      if (!drawer.draw_distractor(trial)) continue;
      canvas = std::move(trial);
      ++image.distractors;
      break;
    }
  }
}

void draw_marker(SquareGrid<double>& brightness, const Pixel& centre, double radius) {
  ByteGrid large(brightness.size * kPaddleScale);
  draw_disc(large, {centre.row * kPaddleScale, centre.column * kPaddleScale},
            radius * static_cast<double>(kPaddleScale));
  const ByteGrid disc = lanczos_shrink(large, brightness.size);
  for (std::size_t i = 0; i < disc.values.size(); ++i) {
    brightness.values[i] = std::max(brightness.values[i], disc.values[i] / double{kFull});
  }
}

/// The darkest pixel becomes 0, the brightest 255.
GrayImage stretched(const SquareGrid<double>& brightness) {
  const auto [least, most] =
      std::minmax_element(brightness.values.begin(), brightness.values.end());
  const double scale = double{kFull} / (*most - *least);
  const auto size = static_cast<std::size_t>(brightness.size);
  GrayImage image{size, size, {}};
  for (const double value : brightness.values) {
    image.pixels.push_back(static_cast<uint8_t>(std::floor((value - *least) * scale + 0.5)));
  }
  return image;
}

}  // namespace

PathfinderDrawer::PathfinderDrawer(const PathfinderLaw& law) : law_(law) {
  for (const int64_t margin : law.margins) {
    paddles_.emplace_back(PaddleShape{law.paddle.length, law.paddle.thickness, margin});
  }
}

PathfinderImage PathfinderDrawer::draw(uint64_t seed) {
  RandomDraws draws(seed);
  PathfinderImage image;
  image.label = draws.between(0, 1);
  const int64_t margin = draws.between(0, static_cast<int64_t>(paddles_.size()) - 1);
  PaddleCache& paddles = paddles_[static_cast<std::size_t>(margin)];
  image.margin = paddles.shape().margin;
  SnakeDrawer drawer(law_, paddles, draws);
  PathfinderCanvas canvas = draw_targets(drawer, law_.window, image);
  draw_distractors(drawer, law_.distractors, canvas, image);
  const auto origin = static_cast<std::size_t>(draws.between(0, 1));
  const std::size_t terminal = image.label == 1 ? origin : 1 - origin;
  image.discs = {image.targets.at(origin).origin, image.targets.at(terminal).terminal};
  for (const Pixel& disc : image.discs) draw_marker(canvas.image, disc, law_.marker_radius);
  image.brightest = *std::max_element(canvas.image.values.begin(), canvas.image.values.end());
  image.image = stretched(canvas.image);
  return image;
}

}  // namespace gril
