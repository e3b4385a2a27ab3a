#include "gril/tasks/sequence_classification/pixel_files.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "gril/base/error.h"
#include "gril/base/file.h"
#include "tests/support/error_text.h"
#include "tests/support/shared_data.h"
#include "tests/support/temporary_folder.h"
#include "tests/tasks/pixel_file_text.h"

namespace gril {
namespace {

class PixelFiles : public testing::Test {
 protected:
  void write(const std::string& name, const std::string& bytes) const {
    write_file_atomically(folder_ / name, bytes, "test");
  }
  void write_idx_files() const {
    write("train-images-idx3-ubyte", images_text(20));
    write("train-labels-idx1-ubyte", labels_text(20));
    write("t10k-images-idx3-ubyte", images_text(5));
    write("t10k-labels-idx1-ubyte", labels_text(5));
  }
  template <typename Error>
  std::string refusal(int64_t classes = 10) const {
    std::string text = error_text<Error>([&] { read_pixel_set(folder_.path(), classes, "test"); });
    const std::string folder = folder_.path().string();
    for (std::size_t at = text.find(folder); at != std::string::npos; at = text.find(folder)) {
      text.replace(at, folder.size(), "D");
    }
    return text;
  }

  TemporaryFolder folder_;
};

TEST(GrayOf, IsPillowsFormula) {
  // Image.new("RGB", (1, 1), c).convert("L").getpixel((0, 0)) of Pillow 13.0.
  const torch::Tensor colours = at::tensor({255, 255, 255, 255, 0,   0,  0,  255, 0,   0, 0,
                                            255, 1,   2,   3,   200, 13, 77, 254, 255, 0},
                                           at::kByte)
                                    .reshape({1, 7, 3});
  const torch::Tensor gray =
      at::tensor({255, 76, 150, 29, 2, 76, 226}, at::kByte).reshape({1, 7, 1});
  EXPECT_TRUE(at::equal(gray_of(colours), gray));
}

TEST_F(PixelFiles, RefusesDamagedRecords) {
  EXPECT_EQ(refusal<InvalidArgument>(),
            "[test] D: must be a folder of images; got none of train-images-idx3-ubyte (IDX), "
            "data_batch_1.bin (CIFAR-10) and train.bin (gray records) in it.");
  write("train.bin", record(3, 1) + record(4, 1).substr(0, 1000));
  EXPECT_EQ(refusal<InvalidFile>(),
            "[test] D/train.bin: must hold whole records of 1025 bytes; got 1000 bytes in record "
            "2. Copy the file again.");
  write("train.bin", record(3, 1) + record(10, 1));
  EXPECT_EQ(refusal<InvalidFile>(),
            "[test] D/train.bin: labels must be 0 … 9; got 10 in record 2.");
  write("train.bin", "");
  EXPECT_EQ(refusal<InvalidFile>(), "[test] D/train.bin: must hold images; got an empty file.");
  write("train.bin", record(3, 1));
  EXPECT_EQ(refusal<InvalidArgument>(),
            "[test] D/test.bin: must be a file; got no such file. Check the path.");
}

TEST_F(PixelFiles, RefusesIdxFilesThatDoNotFit) {
  write_idx_files();
  write("train-labels-idx1-ubyte", labels_text(19));
  EXPECT_EQ(refusal<InvalidFile>(),
            "[test] D/train-labels-idx1-ubyte: must have one label for each of the 20 images of "
            "D/train-images-idx3-ubyte; got 19. Give the labels of these images.");
  write_idx_files();
  EXPECT_EQ(refusal<InvalidFile>(7),
            "[test] D/train-labels-idx1-ubyte: labels must be 0 … 6; got 7 in record 8.");
  write("t10k-images-idx3-ubyte", images_text(5, 3, 2));
  EXPECT_EQ(refusal<InvalidFile>(),
            "[test] D: training and test images must have one size; got 2 x 3 and 3 x 2.");
}

struct RealImages {
  std::string folder;
  int64_t training;
  int64_t length;
  double mean;  ///< of the training pixels, as published
  double deviation;
};

TEST(PixelFilesOfTheField, AreReadAsPublished) {
  const std::vector<RealImages> sets = {{"mnist", 60000, 784, 0.1307, 0.3081},
                                        {"fashion-mnist", 60000, 784, 0.2860, 0.3530},
                                        {"cifar10-gray", 50000, 1024, 0.48086, 0.23919}};
  for (const RealImages& set : sets) {
    const std::string folder = shared_data(set.folder).string();
    const bool there = !folder.empty() && !std::filesystem::exists(folder + "/train.bin.xz");
    if (!there) GTEST_SKIP() << "no unpacked " << set.folder << " in $GRIL_DATA";
    const PixelSet images = read_pixel_set(folder, 10, "test");
    EXPECT_EQ(images.training.pixels.size(0), set.training);
    EXPECT_EQ(images.training.pixels.size(1), set.length);
    EXPECT_EQ(images.test.pixels.size(0), 10000);
    const torch::Tensor pixels = images.training.pixels.to(at::kFloat) / 255;
    EXPECT_NEAR(pixels.mean().item<double>(), set.mean, 1e-4) << set.folder;
    EXPECT_NEAR(pixels.std().item<double>(), set.deviation, 1e-4) << set.folder;
  }
}

}  // namespace
}  // namespace gril
