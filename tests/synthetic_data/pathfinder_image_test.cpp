#include "gril/synthetic_data/pathfinder_image.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "gril/base/error.h"
#include "gril/base/seed.h"
#include "gril/synthetic_data/grid_drawing.h"
#include "tests/support/error_text.h"

namespace gril {
namespace {

constexpr const char* kHard = "curv_contour_length_14";

std::vector<PathfinderImage> images(int64_t size, int64_t count) {
  PathfinderDrawer drawer(pathfinder_law(size, kHard, "test"));
  std::vector<PathfinderImage> result;
  for (int64_t i = 0; i < count; ++i) {
    result.push_back(drawer.draw(child_seed(3, "test", static_cast<uint64_t>(i))));
  }
  return result;
}

double mean(const std::vector<PathfinderImage>& images, const auto& number) {
  double sum = 0.0;
  for (const PathfinderImage& image : images) sum += static_cast<double>(number(image));
  return sum / static_cast<double>(images.size());
}

double distance(const Pixel& a, const Pixel& b) {
  return std::hypot(static_cast<double>(a.row - b.row), static_cast<double>(a.column - b.column));
}

int brightness(const PathfinderImage& image, const Pixel& pixel) {
  return image.image.pixels[static_cast<std::size_t>(pixel.row) * image.image.width +
                            static_cast<std::size_t>(pixel.column)];
}

// Bounds around the figures of another implementation (benchmark_data.md 2.4), over 2,000 images:
// 30 attempts, 4.72 distractors, brightest 1.15, mean byte 28.0, 46 % above 0, discs 13 apart.
TEST(PathfinderImage, LooksLikeThoseOfLongRangeArena) {
  const std::vector<PathfinderImage> drawn = images(32, 150);
  EXPECT_NEAR(mean(drawn, [](const auto& i) { return i.attempts; }), 36.0, 15.0);
  EXPECT_NEAR(mean(drawn, [](const auto& i) { return i.distractors; }), 4.72, 0.2);
  EXPECT_NEAR(mean(drawn, [](const auto& i) { return i.brightest; }), 1.15, 0.03);
  EXPECT_NEAR(mean(drawn, [](const auto& i) { return i.label; }), 0.5, 4.0 * 0.5 / std::sqrt(150));
  const auto mean_byte = [](const PathfinderImage& image) {
    double sum = 0.0;
    for (const uint8_t pixel : image.image.pixels) sum += pixel;
    return sum / 1024.0;
  };
  const auto above_zero = [](const PathfinderImage& image) {
    const auto& pixels = image.image.pixels;
    return 1.0 - static_cast<double>(std::count(pixels.begin(), pixels.end(), 0)) / 1024.0;
  };
  EXPECT_NEAR(mean(drawn, mean_byte), 28.0, 1.0);
  EXPECT_NEAR(mean(drawn, above_zero), 0.46, 0.03);
  EXPECT_NEAR(mean(drawn, [](const auto& i) { return distance(i.discs[0], i.discs[1]); }), 13.0,
              2.0);
  const auto is_central = [](const PathfinderImage& image) {
    const Pixel tail = image.targets[0].origin;
    return std::min(tail.row, tail.column) >= 13 && std::max(tail.row, tail.column) <= 16;
  };
  EXPECT_GT(mean(drawn, is_central), 0.9);
}

TEST(PathfinderImage, DiscsSitOnTheEndsThatTheLabelSays) {
  for (const PathfinderImage& image : images(32, 60)) {
    EXPECT_EQ(image.image.pixels.size(), 1024U);
    const auto& [first, second] = image.targets;
    const bool of_first = image.discs[0] == first.origin &&
                          image.discs[1] == (image.label == 1 ? first : second).terminal;
    const bool of_second = image.discs[0] == second.origin &&
                           image.discs[1] == (image.label == 1 ? second : first).terminal;
    EXPECT_TRUE(of_first || of_second);
    for (const Pixel& disc : image.discs) EXPECT_GT(brightness(image, disc), 150);
    EXPECT_EQ(*std::max_element(image.image.pixels.begin(), image.image.pixels.end()), 255);
    EXPECT_EQ(*std::min_element(image.image.pixels.begin(), image.image.pixels.end()), 0);
  }
}

TEST(PathfinderImage, TargetSnakesBeginTheSeedDistanceApart) {
  for (const PathfinderImage& image : images(32, 20)) {
    EXPECT_NEAR(distance(image.targets[0].origin, image.targets[1].origin), 7.0, 0.75);
  }
}

TEST(PathfinderImage, DependsOnItsSeedAlone) {
  PathfinderDrawer used(pathfinder_law(32, kHard, "test"));
  used.draw(1);
  used.draw(2);
  const PathfinderImage image = used.draw(3);
  EXPECT_EQ(image.image.pixels,
            PathfinderDrawer(pathfinder_law(32, kHard, "test")).draw(3).image.pixels);
  EXPECT_NE(image.image.pixels, used.draw(4).image.pixels);
}

// The same on every machine, so written here.
TEST(PathfinderImage, HasTheSameBytesEverywhere) {
  std::string pixels;
  for (const PathfinderImage& image : images(32, 20)) {
    pixels.append(image.image.pixels.begin(), image.image.pixels.end());
  }
  EXPECT_EQ(child_seed(0, pixels), 8258402182601776707U);
}

TEST(PathfinderImage, LargeOnesHaveTheirOwnLaw) {
  const PathfinderImage image = images(256, 1).front();
  EXPECT_EQ(image.image.height, 256U);
  EXPECT_EQ(image.margin, 3);
  EXPECT_EQ(image.distractors, 7);
  EXPECT_NEAR(distance(image.targets[0].origin, image.targets[1].origin), 27.0, 0.75);
  for (const Pixel& disc : image.discs) EXPECT_GT(brightness(image, disc), 240);
  EXPECT_EQ(pathfinder_law(128, kHard, "test").margins, (std::vector<int64_t>{2, 3}));
  EXPECT_EQ(error_text<InvalidArgument>([] { pathfinder_law(48, kHard, "make"); }),
            "[make] the size must be 32, 64, 128 or 256 pixels; got 48.");
}

/// The least number of the mask over the pixels that a paddle occupies entirely.
int least_mask(const ByteGrid& mask, const Snake& snake) {
  int least = kFull;
  const int64_t half = snake.newest->mask.size / 2;
  for (int64_t row = 0; row < snake.newest->mask.size; ++row) {
    for (int64_t column = 0; column < snake.newest->mask.size; ++column) {
      const Pixel place = snake.newest_start + Pixel{row - half, column - half};
      if (mask.contains(place) && snake.newest->mask[{row, column}] == kFull) {
        least = std::min<int>(least, mask[place]);
      }
    }
  }
  return least;
}

TEST(PathfinderImage, EasierOnesHaveShorterSnakes) {
  const PathfinderLaw easy = pathfinder_law(64, "curv_baseline", "test");
  EXPECT_EQ(easy.contour_length, 6);
  EXPECT_EQ(easy.distractor_length, 2);
  EXPECT_EQ(easy.window, 64);
  EXPECT_EQ(pathfinder_law(32, "curv_contour_length_9", "test").contour_length, 9);
  EXPECT_EQ(error_text<InvalidArgument>([] { pathfinder_law(32, "easy", "make"); }),
            "[make] the difficulty must be curv_baseline, curv_contour_length_9 or "
            "curv_contour_length_14; got \"easy\".");
}

TEST(PathfinderImage, MaskForgetsTheLastPaddleOfTheFirstTarget) {
  const PathfinderLaw law = pathfinder_law(32, kHard, "test");
  PaddleCache paddles(PaddleShape{law.paddle.length, law.paddle.thickness, 1});
  RandomDraws draws(5);
  SnakeDrawer drawer(law, paddles, draws);
  int64_t forgotten = 0;
  constexpr int64_t kPairs = 5;
  for (int64_t found = 0; found < kPairs;) {
    PathfinderCanvas canvas(32);
    const auto targets = drawer.draw_targets(canvas);
    if (!targets) continue;
    ++found;
    EXPECT_EQ((canvas.mask[{0, 17}]), kFull);
    EXPECT_EQ((canvas.mask[{16, 31}]), kFull);
    EXPECT_EQ(least_mask(canvas.mask, (*targets)[1]), kFull);
    forgotten += least_mask(canvas.mask, (*targets)[0]) < kFull ? 1 : 0;
  }
  EXPECT_EQ(forgotten, kPairs);
}

}  // namespace
}  // namespace gril
