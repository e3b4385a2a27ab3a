#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "gril/synthetic_data/generated_folder.h"

namespace gril {

/// A set of Pathfinder images.
struct PathfinderSet {
  int64_t size = 32;                                  ///< pixels, one of pathfinder_sizes()
  std::string difficulty = "curv_contour_length_14";  ///< one of pathfinder_difficulties()
  int64_t count = 200'000;                            ///< images
  uint64_t seed = 0;
  int64_t batch = 1000;  ///< images that are written as one; the last batch may have fewer
};

/// What a folder holds now.
struct PathfinderCounts {
  bool finished = false;   ///< false: told to stop; whole batches are there
  int64_t images = 0;      ///< in whole batches, with those that were there
  int64_t same_snake = 0;  ///< of the images drawn now, those with label 1
  int64_t drawn = 0;       ///< images drawn now
};

/// Writes a folder with the name of the difficulty as Long Range Arena's Pathfinder has it: images
/// imgs/BATCH/sample_NUMBER.png, and for each batch metadata/BATCH.npy, a text in spite of its name
/// with a line per image: folder, file, number in the batch, label, continuity, paddles of a target
/// snake, of a distractor, length, thickness and margin of a paddle, number of paddle contrasts.
/// The images are new draws (PathfinderDrawer), not the released ones; their splits are the
/// reader's. Image i depends on seed, size, difficulty and i alone.
/// Source: benchmark_data.md, section 2.5.
///
/// folder    created where it is missing; may have other difficulties. Beside imgs/ and metadata/
///           stands a generated.json
/// earlier   kKeep: batches that have metadata stay, the others are drawn
/// jobs      threads, at least 1, each with a batch of its own; no bit depends on them
/// go_on     called after each image, by one thread at a time, with the images of the folder so
///           far; false stops, and batches that are not whole are removed
/// errors    InvalidArgument for another size or difficulty, a count or a batch outside [1, 10^8],
///           jobs outside [1, 1024], and data that are there (check_generated_folder); InvalidFile
///           when writing fails
/// cost      most is spent on target snakes that find no room: about 2 ms per image of 32 pixels,
///           150 ms at 64, 120 ms at 128, 80 ms at 256; size (size + 1) bytes each
PathfinderCounts write_pathfinder(const std::filesystem::path& folder, const PathfinderSet& set,
                                  EarlierData earlier, int64_t jobs,
                                  const std::function<bool(int64_t)>& go_on);

}  // namespace gril
