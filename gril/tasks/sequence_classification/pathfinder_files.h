#pragma once

#include <torch/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace gril {

/// Pathfinder images with their labels, as bytes.
struct PathfinderImages {
  torch::Tensor pixels;         ///< (n, side²), uint8, row by row
  std::vector<int64_t> labels;  ///< 1: the two discs are the ends of one curve
  int64_t side = 0;
  int64_t skipped = 0;        ///< images that could not be read
  std::string first_skipped;  ///< what was wrong with the first of them
};

/// Reads the images of one difficulty (a folder such as curv_contour_length_14). metadata/<k>.npy
/// are text files, read in the order of the number k; a line names an image by its folder (1st
/// word), its file (2nd) and its label 0 or 1 (4th). Images are square PNG files of 8-bit gray.
///
/// Images that are empty or damaged are skipped and counted: the release has some, and its readers
/// leave them out.
///
/// errors  "[where] …": InvalidArgument when there is no such folder, no metadata, or an image that
///         is named is not there; InvalidFile "path: line N: …" for a line without four words and
///         another label, for images that are not square or not of one size, and when none can be
///         read.
PathfinderImages read_pathfinder_images(const std::filesystem::path& folder,
                                        const std::string& where);

}  // namespace gril
