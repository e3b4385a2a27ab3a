#include "gril/synthetic_data/pathfinder_law.h"

#include <algorithm>

#include "gril/base/check.h"

namespace gril {
namespace {

std::vector<PathfinderLaw> laws() {
  return {{.window = 32, .margins = {1}},
          {.window = 64,
           .paddle = {.length = 5, .thickness = 1.0},
           .margins = {1},
           .seed_distance = 12,
           .marker_radius = 2.5,
           .continuity = 1.8,
           .target_contrast = 0.8,
           .distractor_contrast = 0.8},
          {.window = 128,
           .paddle = {.length = 5, .thickness = 1.5},
           .margins = {2, 3},
           .seed_distance = 20,
           .marker_radius = 3.0,
           .distractors = 8,
           .continuity = 1.8,
           .target_contrast = 0.9,
           .distractor_contrast = 0.9},
          {.window = 256,
           .padding = 22,
           .paddle = {.length = 5, .thickness = 2.0},
           .margins = {3},
           .seed_distance = 27,
           .marker_radius = 5.0,
           .distractors = 7,
           .continuity = 1.8,
           .target_contrast = 1.0,
           .distractor_contrast = 1.0}};
}

}  // namespace

std::vector<int64_t> pathfinder_sizes() {
  std::vector<int64_t> sizes;
  for (const PathfinderLaw& law : laws()) sizes.push_back(law.window);
  return sizes;
}

PathfinderLaw pathfinder_law(int64_t size, std::string_view where) {
  for (PathfinderLaw& law : laws()) {
    if (law.window == size) return law;
  }
  require(false, where, "the size must be 32, 64, 128 or 256 pixels; got ", size, ".");
  return {};
}

}  // namespace gril
