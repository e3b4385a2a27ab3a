#include "gril/synthetic_data/pathfinder_law.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "gril/base/check.h"

namespace gril {
namespace {

/// Paddles of a target snake, by difficulty.
constexpr std::pair<const char*, int64_t> kContourLengths[] = {
    {"curv_baseline", 6}, {"curv_contour_length_9", 9}, {"curv_contour_length_14", 14}};

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

std::vector<std::string> pathfinder_difficulties() {
  std::vector<std::string> names;
  for (const auto& [name, length] : kContourLengths) names.emplace_back(name);
  return names;
}

PathfinderLaw pathfinder_law(int64_t size, std::string_view difficulty, std::string_view where) {
  const std::vector<PathfinderLaw> known = laws();
  const auto law = std::find_if(known.begin(), known.end(),
                                [&](const PathfinderLaw& one) { return one.window == size; });
  require(law != known.end(), where, "the size must be 32, 64, 128 or 256 pixels; got ", size, ".");
  const auto length = std::find_if(std::begin(kContourLengths), std::end(kContourLengths),
                                   [&](const auto& one) { return one.first == difficulty; });
  require(length != std::end(kContourLengths), where,
          "the difficulty must be curv_baseline, curv_contour_length_9 or curv_contour_length_14; "
          "got \"",
          difficulty, "\".");
  PathfinderLaw result = *law;
  result.contour_length = length->second;
  result.distractor_length = length->second / 3;
  return result;
}

}  // namespace gril
