#pragma once

#include <torch/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace gril {

/// Labelled images, kept as bytes.
struct PixelImages {
  torch::Tensor pixels;         ///< (n, rows · columns, channels), uint8, row by row
  std::vector<int64_t> labels;  ///< of every image
  int64_t columns = 0;

  int64_t rows() const { return pixels.size(1) / columns; }
};

struct PixelSet {
  PixelImages training;
  PixelImages test;
};

/// Reads the images of a folder in one of three formats, whichever is there; files may be packed
/// with gzip (then ".gz" may end their names).
///
///     IDX       train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte,
///               t10k-labels-idx1-ubyte: MNIST, Fashion-MNIST and those made like them
///     CIFAR-10  data_batch_1.bin … data_batch_5.bin, test_batch.bin: records of a label and planes
///               of 1,024 red, green and blue bytes
///     gray      train.bin, test.bin: records of a label and 1,024 gray bytes
///
/// classes  labels are 0 … classes - 1
/// errors   "[where] …": InvalidArgument for a folder that is not there or holds none of the
///          formats, and for a file that lacks; InvalidFile "path: …" for what idx_file.h refuses,
///          records that are not whole, no record, a label out of range (with the number of its
///          record), another number of labels than of images, and test images of another size.
PixelSet read_pixel_set(const std::filesystem::path& folder, int64_t classes,
                        const std::string& where);

/// Gray of colours as Pillow makes it (convert("L"), so torchvision's Grayscale too):
/// (19595 R + 38470 G + 7471 B + 32768) >> 16. pixels  (n, P, 3) uint8; returns (n, P, 1).
torch::Tensor gray_of(const torch::Tensor& pixels);

}  // namespace gril
