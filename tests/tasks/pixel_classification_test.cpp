#include "gril/tasks/sequence_classification/pixel_classification.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "gril/base/error.h"
#include "gril/base/file.h"
#include "gril/tasks/sequence_classification/image_sequences.h"
#include "gril/tasks/task_registry.h"
#include "tests/support/error_text.h"
#include "tests/support/gzip_file.h"
#include "tests/support/temporary_folder.h"
#include "tests/tasks/pixel_file_text.h"

namespace gril {
namespace {

constexpr uint64_t kSeed = 7;

class PixelTask : public testing::Test {
 protected:
  void write(const std::string& name, const std::string& bytes) const {
    write_file_atomically(folder_ / name, bytes, "test");
  }
  /// 20 training images and 5 test images as IDX files.
  PixelClassificationOptions idx_options() const {
    write("train-images-idx3-ubyte", images_text(20));
    write("train-labels-idx1-ubyte", labels_text(20));
    write_gzip(folder_ / "t10k-images-idx3-ubyte.gz", images_text(5));
    write("t10k-labels-idx1-ubyte", labels_text(5));
    PixelClassificationOptions options;
    options.folder = folder_.path().string();
    return options;
  }
  template <typename Error>
  std::string refusal(const PixelClassificationOptions& options) const {
    std::string text = error_text<Error>([&] { make_pixel_classification(options); });
    const std::string folder = folder_.path().string();
    for (std::size_t at = text.find(folder); at != std::string::npos; at = text.find(folder)) {
      text.replace(at, folder.size(), "D");
    }
    return text;
  }

  TemporaryFolder folder_;
};

/// The images that the first pixels of a batch name, for idx_options and order "rows".
std::vector<int64_t> images_in(const Batch& batch) {
  const torch::Tensor first = (batch.tokens.select(1, 0).select(1, 0) * 25.5).round().to(at::kLong);
  return {first.data_ptr<int64_t>(), first.data_ptr<int64_t>() + first.numel()};
}

TEST_F(PixelTask, ATokenIsAPixelRowByRow) {
  const auto task = make_pixel_classification(idx_options());
  const Batch batch = task->training_batch(0, 18, kSeed, at::kDouble);
  ASSERT_EQ(batch.tokens.sizes(), (std::vector<int64_t>{18, 6, 1}));
  EXPECT_FALSE(batch.lengths.defined());
  const std::vector<int64_t> images = images_in(batch);
  for (std::size_t b = 0; b < images.size(); ++b) {
    const auto row = static_cast<int64_t>(b);
    EXPECT_EQ(batch.targets[row].item<int64_t>(), images[b] % 10);
    for (int64_t p = 0; p < 6; ++p) {
      EXPECT_NEAR(batch.tokens[row][p][0].item<double>(),
                  static_cast<double>(10 * images[b] + p) / 255, 1e-7);
    }
  }
  EXPECT_EQ(task->token_width(), 1);
  EXPECT_EQ(task->output_size(), 10);
  EXPECT_EQ(task->symbols(), 0);
}

TEST_F(PixelTask, TrainingValidationAndTestImagesAreDifferentOnes) {
  PixelClassificationOptions options = idx_options();
  const auto task = make_pixel_classification(options);
  const std::vector<int64_t> training = images_in(task->training_batch(0, 18, kSeed, at::kFloat));
  const std::vector<int64_t> validation = images_in(task->evaluation_batch(100, kSeed, at::kFloat));
  EXPECT_EQ(validation.size(), 2U);  // 10 % of 20
  std::set<int64_t> all(training.begin(), training.end());
  all.insert(validation.begin(), validation.end());
  EXPECT_EQ(all.size(), 20U);
  options.evaluation.split = "test";
  const auto tested = make_pixel_classification(options);
  std::vector<int64_t> test = images_in(tested->evaluation_batch(100, kSeed, at::kFloat));
  std::sort(test.begin(), test.end());
  EXPECT_EQ(test, (std::vector<int64_t>{0, 1, 2, 3, 4}));
  EXPECT_EQ(images_in(tested->training_batch(0, 18, kSeed, at::kFloat)), training);
}

TEST_F(PixelTask, EvaluationIsTheSameEveryTime) {
  PixelClassificationOptions options = idx_options();
  options.evaluation.split = "test";
  const auto task = make_pixel_classification(options);
  const std::vector<int64_t> three = images_in(task->evaluation_batch(3, kSeed, at::kFloat));
  EXPECT_EQ(three.size(), 3U);
  EXPECT_EQ(std::set<int64_t>(three.begin(), three.end()).size(), 3U);
  EXPECT_EQ(images_in(task->evaluation_batch(3, kSeed, at::kFloat)), three);
  std::set<std::vector<int64_t>> others;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    others.insert(images_in(task->evaluation_batch(3, seed, at::kFloat)));
  }
  EXPECT_GT(others.size(), 10U);
}

TEST_F(PixelTask, NumbersAreNormalisedAndSymbolsAreThePixels) {
  PixelClassificationOptions options = idx_options();
  const torch::Tensor plain =
      make_pixel_classification(options)->training_batch(0, 18, kSeed, at::kDouble).tokens;
  options.mean = {122.6 / 255};
  options.deviation = {61.0 / 255};
  const torch::Tensor scaled =
      make_pixel_classification(options)->training_batch(0, 18, kSeed, at::kDouble).tokens;
  EXPECT_LT((scaled - (plain * 255 - 122.6) / 61).abs().max().item<double>(), 1e-6);
  options.tokens = "symbols";
  const auto task = make_pixel_classification(options);
  EXPECT_EQ(task->symbols(), 256);
  const torch::Tensor symbols = task->training_batch(0, 18, kSeed, at::kDouble).tokens;
  EXPECT_EQ(symbols.scalar_type(), at::kLong);
  EXPECT_TRUE(at::equal(symbols, (plain * 255).round().to(at::kLong)));
}

TEST_F(PixelTask, BitReversalCountsWithItsBitsReversed) {
  EXPECT_EQ(bit_reversal_order(6), (std::vector<int64_t>{0, 4, 2, 1, 5, 3}));
  std::vector<int64_t> order = bit_reversal_order(784);
  EXPECT_EQ(order[1], 512);
  EXPECT_EQ(order[3], 768);
  EXPECT_EQ(order[7], 64);  // of 8: 7 reversed is 896, beyond the last pixel, and left out
  PixelClassificationOptions options = idx_options();
  options.order = "bit_reversal";
  const Batch batch = make_pixel_classification(options)->training_batch(0, 1, kSeed, at::kDouble);
  const torch::Tensor offsets = (batch.tokens[0].squeeze(1) - batch.tokens[0][0][0]) * 255;
  EXPECT_TRUE(at::allclose(offsets, at::tensor({0.0, 4.0, 2.0, 1.0, 5.0, 3.0}), 0, 1e-4));
  std::sort(order.begin(), order.end());
  for (int64_t i = 0; i < 784; ++i) ASSERT_EQ(order[static_cast<std::size_t>(i)], i);
}

TEST_F(PixelTask, ReadsColourRecordsAsColoursOrGray) {
  for (const char* part : {"1", "2", "3", "4", "5"}) {
    write(std::string("data_batch_") + part + ".bin", record(part[0] - '0', 3) + record(9, 3));
  }
  write("test_batch.bin", record(0, 3));
  PixelClassificationOptions options;
  options.folder = folder_.path().string();
  options.evaluation.split = "test";
  options.colour = true;
  const auto colour = make_pixel_classification(options);
  EXPECT_EQ(colour->token_width(), 3);
  EXPECT_EQ(colour->data().training.size(), 9);  // 10 less 10 %
  const Batch test = colour->evaluation_batch(9, kSeed, at::kDouble);
  EXPECT_EQ(test.targets[0].item<int64_t>(), 0);
  const torch::Tensor pixel = (test.tokens[0][37] * 255).round();
  EXPECT_TRUE(at::equal(pixel, at::tensor({37.0, 87.0, 137.0})));
  options.colour = false;
  const Batch gray = make_pixel_classification(options)->evaluation_batch(9, kSeed, at::kDouble);
  const int64_t expected = (19595 * 37 + 38470 * 87 + 7471 * 137 + 32768) >> 16;
  EXPECT_EQ((gray.tokens[0][37][0] * 255).round().item<int64_t>(), expected);
}

TEST_F(PixelTask, ReadsGrayRecords) {
  write("train.bin", record(3, 1) + record(4, 1));
  write("test.bin", record(5, 1));
  PixelClassificationOptions options;
  options.folder = folder_.path().string();
  options.evaluation.split = "test";
  const auto task = make_pixel_classification(options);
  const Batch test = task->evaluation_batch(9, kSeed, at::kDouble);
  EXPECT_EQ(test.targets[0].item<int64_t>(), 5);
  EXPECT_EQ((test.tokens[0][1023][0] * 255).round().item<int64_t>(), 1023 % 50);
  options.colour = true;
  EXPECT_EQ(refusal<InvalidArgument>(options),
            "[pixel_classification] D: colour = true needs images of three colours; got gray "
            "ones.");
}

TEST_F(PixelTask, ConfigMakesAnEqualTask) {
  const Json tree = {{"kind", "pixel_classification"},
                     {"folder", idx_options().folder},
                     {"classes", 11},
                     {"colour", false},
                     {"tokens", "numbers"},
                     {"order", "bit_reversal"},
                     {"mean", {0.5}},
                     {"deviation", {0.25}},
                     {"split", "test"},
                     {"validation_share", 0.2},
                     {"split_seed", 3}};
  const auto task = make_task(ConfigSection(tree, "task.toml", "task"));
  EXPECT_EQ(task->config(), tree);
  EXPECT_EQ(task->output_size(), 11);
  const auto again = make_task(ConfigSection(task->config(), "task.toml", "task"));
  EXPECT_TRUE(at::equal(again->training_batch(5, 4, kSeed, at::kFloat).tokens,
                        task->training_batch(5, 4, kSeed, at::kFloat).tokens));
}

TEST_F(PixelTask, LabelsDrawThePictureInWhateverOrderItIsRead) {
  PixelClassificationOptions options = idx_options();
  options.order = "bit_reversal";
  const auto task = make_pixel_classification(options);
  const Batch example = task->sample(1, kSeed, at::kDouble);
  const ExampleLabels labels = task->labels(example);
  EXPECT_EQ(labels.title, "2 x 3 pixels, by bit reversal");
  EXPECT_EQ(labels.picture.columns, 3);
  const torch::Tensor picture =
      example.tokens[0].squeeze(1).index_select(0, at::tensor(labels.picture.order)) * 255;
  EXPECT_TRUE(at::allclose(picture - picture[0], at::arange(6, at::kDouble), 0, 1e-4));
  EXPECT_EQ(labels.targets.back(), "class " + std::to_string(example.targets[0].item<int64_t>()));
}

TEST_F(PixelTask, RefusesScalesBeyondFloat32) {
  const auto refused = [&](double mean, double deviation) {
    PixelClassificationOptions options = idx_options();
    options.mean = {mean};
    options.deviation = {deviation};
    const std::string text = refusal<InvalidArgument>(options);
    return text.substr(text.find(']') + 2);
  };
  const std::string rule =
      "deviation must lie in [1e-09, 1e+09], so that float32 holds the numbers; got ";
  EXPECT_EQ(refused(0, 0), rule + "0.");
  EXPECT_EQ(refused(0, 1e-60), rule + "1e-60.");
  EXPECT_EQ(refused(1e300, 1), "mean must lie in [-1e+09, 1e+09]; got 1e+300.");
}

TEST_F(PixelTask, RefusesValuesOutsideTheirRule) {
  const auto refused = [&](const auto& change) {
    PixelClassificationOptions options = idx_options();
    change(options);
    const std::string text = refusal<InvalidArgument>(options);
    return text.substr(text.find(']') + 2);
  };
  EXPECT_EQ(refused([](auto& o) { o.folder = ""; }),
            "folder must name the folder of the images; got \"\".");
  EXPECT_EQ(refused([](auto& o) { o.tokens = "words"; }),
            "tokens must be \"numbers\" or \"symbols\"; got \"words\".");
  EXPECT_EQ(refused([](auto& o) { o.order = "columns"; }),
            "order must be \"rows\" or \"bit_reversal\"; got \"columns\".");
  EXPECT_EQ(refused([](auto& o) { o.classes = 1; }), "classes must be at least 2; got 1.");
  EXPECT_EQ(refused([](auto& o) {
              o.colour = true;
              o.tokens = "symbols";
            }),
            "tokens of colours must be numbers; got colour = true and tokens = \"symbols\".");
  EXPECT_EQ(refused([](auto& o) {
              o.mean = {0, 0};
            }),
            "mean and deviation must have 1 number or the 1 of a token; got 2.");
  EXPECT_EQ(refused([](auto& o) { o.evaluation.split = "train"; }),
            "split must be \"validation\" or \"test\"; got \"train\".");
  EXPECT_EQ(refused([](auto& o) { o.evaluation.validation_share = 1; }),
            "validation_share must be at least 0 and below 1; got 1.");
  EXPECT_EQ(refused([](auto& o) { o.evaluation.validation_share = 0.01; }),
            "split = \"validation\" needs a validation set; got validation_share 0.01 of 20 "
            "sequences. Raise it, or set split = \"test\".");
  const auto task = make_pixel_classification(idx_options());
  EXPECT_EQ(error_text<InvalidArgument>([&] { task->training_batch(0, 19, kSeed, at::kFloat); }),
            "[pixel_classification] a batch must be at most the 18 training sequences; got 19.");
  EXPECT_EQ(error_text<InvalidArgument>([&] { task->sample(0, kSeed, at::kFloat); }),
            "[pixel_classification] a batch must hold at least 1 sequence; got 0.");
}

}  // namespace
}  // namespace gril
