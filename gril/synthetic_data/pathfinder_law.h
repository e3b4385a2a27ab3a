#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gril/synthetic_data/paddle.h"

namespace gril {

/// Sizes of the images of Long Range Arena's Pathfinder: 32, 64, 128 (Path-X) and 256 pixels.
std::vector<int64_t> pathfinder_sizes();

/// The difficulties of the images of a size, by the folders of the release: curv_baseline (6
/// paddles in a target snake), curv_contour_length_9 and curv_contour_length_14, that of Long Range
/// Arena.
std::vector<std::string> pathfinder_difficulties();

/// How the images of one size and difficulty are drawn. Lengths are in pixels.
/// Source: benchmark_data.md, section 2.1; where that leaves the easier ones open, a distractor has
/// a third of the paddles of a target, rounded down, as it has in the hard one.
struct PathfinderLaw {
  int64_t window = 32;                 ///< rows and columns of the image
  int64_t padding = 1;                 ///< frame that target snakes do not enter
  PaddleShape paddle = {};             ///< its margin is drawn from `margins`
  std::vector<int64_t> margins = {1};  ///< of the paddles of one image, equally likely
  int64_t seed_distance = 7;           ///< between the tails of the two target snakes
  double marker_radius = 1.5;          ///< of the discs
  int64_t contour_length = 14;         ///< paddles of a target snake
  int64_t distractor_length = 4;       ///< paddles of a distractor
  int64_t distractors = 5;             ///< snakes that are no targets, where they find room
  double continuity = 1.0;             ///< 1: turns below 90 degrees; more: straighter
  double target_contrast = 1.5;        ///< brightness of the paddles of target snakes
  double distractor_contrast = 2;      ///< and of distractors
};

/// Errors: InvalidArgument "[where] …" for a size that is not among pathfinder_sizes() and a
/// difficulty that is not among pathfinder_difficulties().
PathfinderLaw pathfinder_law(int64_t size, std::string_view difficulty, std::string_view where);

}  // namespace gril
