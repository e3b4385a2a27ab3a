#include "gril/tasks/sequence_classification/pathfinder.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "gril/base/error.h"
#include "gril/base/file.h"
#include "gril/base/png_file.h"
#include "gril/tasks/sequence_classification/pathfinder_files.h"
#include "gril/tasks/task_registry.h"
#include "tests/support/error_text.h"
#include "tests/support/gzip_file.h"
#include "tests/support/temporary_folder.h"

namespace gril {
namespace {

constexpr uint64_t kSeed = 7;

/// 20 images of 2 x 2, image i with pixels 10 i, 10 i + 1, … and label i mod 2; image i is line
/// i mod 10 of the metadata file i / 10 in order of numbers, 2.npy and 10.npy.
class Pathfinder : public testing::Test {
 protected:
  Pathfinder() {
    std::filesystem::create_directories(images() / "imgs" / "0");
    std::filesystem::create_directories(images() / "metadata");
    std::string text;
    for (int i = 0; i < 20; ++i) {
      write_image(i, 2);
      text += "imgs/0 " + name(i) + ' ' + std::to_string(i) + ' ' + std::to_string(i % 2) +
              " 1.8 14 4 5 1.5 2 1\n";
      if (i % 10 == 9) {
        write("metadata/" + std::string(i < 10 ? "2" : "10") + ".npy", text);
        text.clear();
      }
    }
  }
  static std::string name(int i) { return "sample_" + std::to_string(i) + ".png"; }
  std::filesystem::path images() const { return folder_ / "curv_contour_length_14"; }
  void write(const std::string& file, const std::string& bytes) const {
    write_file_atomically(images() / file, bytes, "test");
  }
  void write_image(int i, std::size_t side) const {
    GrayImage image{side, side, std::vector<uint8_t>(side * side)};
    for (std::size_t p = 0; p < image.pixels.size(); ++p) {
      image.pixels[p] = static_cast<uint8_t>(10 * i + static_cast<int>(p));
    }
    write("imgs/0/" + name(i), png_bytes(image, "test"));
  }
  PathfinderOptions options() const {
    PathfinderOptions options;
    options.folder = folder_.path().string();
    return options;
  }
  template <typename Error>
  std::string refusal() const {
    std::string text = error_text<Error>([&] { read_pathfinder_images(images(), "test"); });
    const std::string folder = images().string();
    for (std::size_t at = text.find(folder); at != std::string::npos; at = text.find(folder)) {
      text.replace(at, folder.size(), "D");
    }
    return text;
  }

  TemporaryFolder folder_;
};

TEST_F(Pathfinder, MetadataAreReadInTheOrderOfTheirNumbers) {
  const PathfinderImages read = read_pathfinder_images(images(), "test");
  EXPECT_EQ(read.side, 2);
  EXPECT_EQ(read.skipped, 0);
  const torch::Tensor expected =
      (10 * at::arange(20, at::kLong).unsqueeze(1) + at::arange(4, at::kLong)).to(at::kByte);
  EXPECT_TRUE(at::equal(read.pixels, expected));
  for (std::size_t i = 0; i < 20; ++i) EXPECT_EQ(read.labels[i], static_cast<int64_t>(i % 2));
}

TEST_F(Pathfinder, EmptyAndDamagedImagesAreSkippedAndCounted) {
  write("imgs/0/" + name(3), "");
  write("imgs/0/" + name(11), read_file(images() / "imgs/0" / name(11), "test").substr(0, 40));
  const PathfinderImages read = read_pathfinder_images(images(), "test");
  EXPECT_EQ(read.skipped, 2);
  EXPECT_EQ(read.pixels.size(0), 18);
  EXPECT_EQ(read.labels.size(), 18U);
  EXPECT_NE(read.first_skipped.find(name(3)), std::string::npos) << read.first_skipped;
}

/// The images that the first pixels of a batch name.
std::set<int64_t> images_in(const Batch& batch) {
  const torch::Tensor pixels = (batch.tokens.select(1, 0).select(1, 0) + 1) * 12.75;
  const torch::Tensor numbers = pixels.round().to(at::kLong).contiguous();
  return {numbers.data_ptr<int64_t>(), numbers.data_ptr<int64_t>() + numbers.numel()};
}

TEST_F(Pathfinder, ImagesAreSplitIntoThreeParts) {
  PathfinderOptions split = options();
  const auto task = make_pathfinder(split);
  EXPECT_EQ(task->data().training.size(), 16);
  std::set<int64_t> all = images_in(task->training_batch(0, 16, kSeed, at::kDouble));
  const std::set<int64_t> validation = images_in(task->evaluation_batch(99, kSeed, at::kDouble));
  EXPECT_EQ(validation.size(), 2U);
  all.insert(validation.begin(), validation.end());
  split.evaluation.split = "test";
  const std::set<int64_t> test =
      images_in(make_pathfinder(split)->evaluation_batch(99, kSeed, at::kDouble));
  EXPECT_EQ(test.size(), 2U);
  all.insert(test.begin(), test.end());
  EXPECT_EQ(all.size(), 20U);
}

TEST_F(Pathfinder, TokensAreThePixelsBetweenMinusOneAndOne) {
  const Batch batch = make_pathfinder(options())->training_batch(0, 16, kSeed, at::kDouble);
  EXPECT_EQ(batch.tokens.sizes(), (std::vector<int64_t>{16, 4, 1}));
  for (int64_t b = 0; b < 16; ++b) {
    const double first = (batch.tokens[b][0][0].item<double>() + 1) * 127.5;
    EXPECT_EQ(std::llround(first / 10) % 2, batch.targets[b].item<int64_t>());
    EXPECT_NEAR((batch.tokens[b][3][0].item<double>() + 1) * 127.5 - first, 3, 1e-4);
  }
}

TEST_F(Pathfinder, ConfigMakesAnEqualTask) {
  const Json tree = {{"kind", "pathfinder"},
                     {"folder", options().folder},
                     {"difficulty", "curv_contour_length_14"},
                     {"tokens", "symbols"},
                     {"mean", {0.0}},
                     {"deviation", {1.0}},
                     {"test_share", 0.2},
                     {"split", "test"},
                     {"validation_share", 0.3},
                     {"split_seed", 1}};
  const auto task = make_task(ConfigSection(tree, "task.toml", "task"));
  EXPECT_EQ(task->config(), tree);
  EXPECT_EQ(task->symbols(), 256);
  EXPECT_EQ(task->evaluation_batch(99, kSeed, at::kFloat).tokens.size(0), 4);
}

TEST_F(Pathfinder, RefusesFoldersThatAreNone) {
  write_image(4, 3);
  EXPECT_EQ(refusal<InvalidFile>(),
            "[test] D/imgs/0/sample_4.png: images must be square and of one size, 2 x 2; got 3 x "
            "3.");
  write_image(4, 2);
  std::filesystem::remove(images() / "imgs/0" / name(5));
  EXPECT_EQ(refusal<InvalidArgument>(),
            "[test] D/imgs/0/sample_5.png: must be a file; got no such file. Check the path.");
  write("metadata/2.npy", "imgs/0 sample_0.png 0 2 1.8\n");
  EXPECT_EQ(refusal<InvalidFile>(),
            "[test] D/metadata/2.npy: line 1: must name folder, file, number and a label 0 or 1; "
            "got \"imgs/0 sample_0.png 0 2 1.8\".");
  write_gzip(images() / "metadata/2.npy", "imgs/0 " + name(0) + " 0 1 1.8\n");
  const std::string packed = read_file(images() / "metadata/2.npy", "test");
  write("metadata/2.npy", packed.substr(0, packed.size() / 2));
  EXPECT_NE(refusal<InvalidFile>().find("gzip"), std::string::npos);
  std::filesystem::remove_all(images() / "metadata");
  std::filesystem::create_directory(images() / "metadata");
  EXPECT_EQ(refusal<InvalidArgument>(),
            "[test] D/metadata: must hold text files 0.npy, 1.npy, …; got none.");
  std::filesystem::remove(images() / "metadata");
  EXPECT_EQ(refusal<InvalidArgument>(),
            "[test] D/metadata: must be a folder of metadata; got no such folder. Name the folder "
            "that holds it.");
}

TEST_F(Pathfinder, RefusesImagesNoneOfWhichCanBeRead) {
  for (int i = 0; i < 20; ++i) write("imgs/0/" + name(i), "");
  const std::string text = refusal<InvalidFile>();
  EXPECT_TRUE(
      text.starts_with("[test] D: must hold images; got none that can be read ([test] "
                       "D/imgs/0/sample_0.png: "))
      << text;
}

TEST_F(Pathfinder, RefusesValuesOutsideTheirRule) {
  const auto refused = [&](const auto& change) {
    PathfinderOptions changed = options();
    change(changed);
    return error_text<InvalidArgument>([&] { make_pathfinder(changed); });
  };
  EXPECT_EQ(refused([](auto& o) { o.folder = ""; }),
            "[pathfinder] folder must name the folder of the images; got \"\".");
  EXPECT_EQ(refused([](auto& o) { o.tokens = "bits"; }),
            "[pathfinder] tokens must be \"numbers\" or \"symbols\"; got \"bits\".");
  EXPECT_EQ(refused([](auto& o) { o.test_share = 0.9; }),
            "[pathfinder] test_share and validation_share must be above 0 and together below 1; "
            "got 0.9 and 0.1.");
}

}  // namespace
}  // namespace gril
