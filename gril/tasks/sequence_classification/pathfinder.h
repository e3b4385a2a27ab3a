#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "gril/base/config_section.h"
#include "gril/tasks/sequence_classification/evaluation_split.h"
#include "gril/tasks/sequence_classification/sequence_classification.h"

namespace gril {

/// Settings of the task pathfinder, the keys of the section [task].
struct PathfinderOptions {
  /// Of the images of one size, such as pathfinder32; a relative path is in $GRIL_DATA (data/).
  std::string folder;
  std::string difficulty = "curv_contour_length_14";  ///< the folder in it
  std::string tokens = "numbers";    ///< "numbers", or "symbols": the 256 values of a pixel
  std::vector<double> mean = {0.5};  ///< a token holds (value / 255 - mean) / deviation: one number
  std::vector<double> deviation = {0.5};  ///< each; S5 has [-1, 1] from 0.5 and 0.5
  double test_share = 0.1;  ///< of all images, drawn by split_seed before those for validation
  /// validation_share is of all images too, and must be above 0.
  EvaluationSplitOptions evaluation;
  std::string cache = "auto";  ///< where images are kept for the next start: sequence_cache.h
};

/// Whether two discs are the ends of one dashed curve: Long Range Arena's Pathfinder (32 x 32) and
/// Path-X (128 x 128), read pixel by pixel. Source: Linsley et al. 2018, Tay et al. 2021; S4 and S5
/// take 80 / 10 / 10 % at random with seed 42, so does this with its own random order.
///
/// Errors: those of read_pathfinder_images; InvalidArgument "[pathfinder] …" for a value outside
/// its rule. Images that were skipped are named in the log.
///
/// cost  one byte a pixel: 3.3 GB for the 200,000 images of Path-X
std::unique_ptr<SequenceClassification> make_pathfinder(const PathfinderOptions& options);

/// Reads the options from a configuration ("folder" must be given); finishes the section.
PathfinderOptions read_pathfinder_options(ConfigSection& section);

/// Every option with its value, "kind" first.
Json to_json(const PathfinderOptions& options);

}  // namespace gril
