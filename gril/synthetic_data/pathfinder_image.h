#pragma once

#include <array>
#include <cstdint>

#include "gril/base/png_file.h"
#include "gril/synthetic_data/pathfinder_law.h"
#include "gril/synthetic_data/snake.h"

namespace gril {

/// One image of Pathfinder and how it came about.
struct PathfinderImage {
  GrayImage image;
  int64_t label = 0;             ///< 1: the discs sit on the two ends of one snake
  int64_t margin = 1;            ///< of its paddles
  std::array<Snake, 2> targets;  ///< `newest` points nowhere
  std::array<Pixel, 2> discs;    ///< their centres
  int64_t attempts = 0;          ///< at the pair of target snakes
  int64_t distractors = 0;       ///< that found room
  double brightest = 0.0;        ///< before the image is stretched to 0 … 255
};

/// Draws images of one size: two long snakes of paddles, short ones that distract, and discs on two
/// ends. Source: benchmark_data.md, section 2.3; the program of the originals is snakes2 of
/// github.com/drewlinsley/pathfinder (Linsley et al. 2018, arXiv 1805.08315).
class PathfinderDrawer {
 public:
  explicit PathfinderDrawer(const PathfinderLaw& law);

  /// The image of a seed; the same on every machine, whatever was drawn before.
  PathfinderImage draw(uint64_t seed);

 private:
  PathfinderLaw law_;
  std::vector<PaddleCache> paddles_;  ///< by margin
};

}  // namespace gril
