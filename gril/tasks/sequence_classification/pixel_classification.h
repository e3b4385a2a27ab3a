#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "gril/base/config_section.h"
#include "gril/tasks/sequence_classification/evaluation_split.h"
#include "gril/tasks/sequence_classification/sequence_classification.h"

namespace gril {

/// Settings of the task pixel_classification, the keys of the section [task].
struct PixelClassificationOptions {
  std::string folder;  ///< of the images (pixel_files.h); a relative path is in $GRIL_DATA (data/)
  int64_t classes = 10;            ///< labels are 0 … classes - 1
  bool colour = false;             ///< tokens of 3 numbers; otherwise colours become gray (gray_of)
  std::string tokens = "numbers";  ///< "numbers", or "symbols": the 256 values of a gray pixel
  /// "rows", or "bit_reversal": pixel r(0), r(1), …, where r counts with its bits reversed
  /// (bit_reversal_order), permuted MNIST as S4 and S5 have it.
  std::string order = "rows";
  std::vector<double> mean = {0};  ///< a token holds (value / 255 - mean) / deviation: one number
  std::vector<double> deviation = {1};  ///< for all features, or one of each; in [1e-9, 1e9]
  EvaluationSplitOptions evaluation;
};

/// Classification of images read pixel by pixel: sequential MNIST, permuted MNIST, sequential
/// CIFAR-10, Long Range Arena's Image. Source: Le, Jaitly, Hinton 2015; Tay et al. 2021.
///
///     tokens      one for each pixel, 1 number (gray) or 3 (colour), or 1 of 256 symbols
///     validation  a share of the training images, by default 10 % drawn by seed 42
///
///     sequential MNIST (S4, S5)      folder = "mnist"
///     permuted MNIST (S4, S5)        folder = "mnist", order = "bit_reversal"
///     LRA Image (S4, S5)             mean = [0.48078431372549], deviation = [0.23921568627451]:
///                                    (x - 122.6 / 255) / (61 / 255)
///     LRA Image (the original)       tokens = "symbols"
///     sequential CIFAR-10 (S5, LRU)  colour = true, mean = [0.4914, 0.4822, 0.4465],
///                                    deviation = [0.247, 0.243, 0.261]
///
/// Errors: those of read_pixel_set and split_for_evaluation, and InvalidArgument
/// "[pixel_classification] …" for colour of gray images and colour as symbols.
std::unique_ptr<SequenceClassification> make_pixel_classification(
    const PixelClassificationOptions& options);

/// Reads the options from a configuration ("folder" must be given); finishes the section.
PixelClassificationOptions read_pixel_classification_options(ConfigSection& section);

/// Every option with its value, "kind" first.
Json to_json(const PixelClassificationOptions& options);

}  // namespace gril
