#pragma once

#include <torch/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "gril/tasks/in_context/class_examples.h"

namespace gril {

/// Labelled square images, kept as bytes.
struct ImageSet {
  torch::Tensor images;            ///< (n, side, side), uint8
  ClassItems classes;              ///< the images of every class, by number, labels ascending
  std::vector<std::string> names;  ///< the label of every class
};

/// Reads images (IDX, three dimensions of bytes) and their labels (IDX, one dimension of bytes or
/// 16-bit integers), packed with gzip or not: the files of MNIST and those made like them.
/// Errors: InvalidFile "[where] PATH: …" for what is no such file (base/idx_file.h), images that
/// are not square and another number of labels than of images; InvalidArgument when there is no
/// file.
ImageSet read_image_set(const std::filesystem::path& images, const std::filesystem::path& labels,
                        const std::string& where);

/// Adds the images turned by 90, 180 and 270 degrees as classes of their own. Item i + t n stands
/// for image i of n after t quarter turns: no image is copied.
void add_rotations(ImageSet& set);

/// Images as numbers in [0, 1], row by row.
///
/// items    numbers of images, turns included, (k), int64
/// pixels   side of the result; where it is not the images', every pixel is the average of the area
///          it covers
/// returns  (k, pixels²), float32
/// cost     memory of 4096 images as float32 beside the result
torch::Tensor image_features(const torch::Tensor& images, const torch::Tensor& items,
                             int64_t pixels);

}  // namespace gril
