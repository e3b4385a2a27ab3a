#include "gril/tasks/in_context/image_classification.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gril/base/error.h"
#include "gril/base/file.h"
#include "gril/tasks/task_registry.h"
#include "tests/support/error_text.h"
#include "tests/support/shared_data.h"
#include "tests/support/temporary_folder.h"

namespace gril {
namespace {

constexpr uint64_t kSeed = 7;

std::string big_endian(int64_t number) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(number >> shift);
  return bytes;
}

std::string idx(const std::vector<int64_t>& sizes, const std::string& numbers) {
  std::string bytes = {0, 0, 8, static_cast<char>(sizes.size())};
  for (const int64_t size : sizes) bytes += big_endian(size);
  return bytes + numbers;
}

/// `count` images of 4 x 4; image i has the label i mod 6. Pixel p of image i is i + 3 p.
std::string images_text(int64_t count) {
  std::string numbers;
  for (int64_t i = 0; i < count; ++i) {
    for (int64_t p = 0; p < 16; ++p) numbers += static_cast<char>(i + 3 * p);
  }
  return idx({count, 4, 4}, numbers);
}

std::string labels_text(int64_t count) {
  std::string numbers;
  for (int64_t i = 0; i < count; ++i) numbers += static_cast<char>(i % 6);
  return idx({count}, numbers);
}

class ImageTask : public testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& bytes) const {
    write_file_atomically(folder_ / name, bytes, "test");
    return (folder_ / name).string();
  }
  /// One set of 60 images in 6 classes, half of which are for evaluation.
  ImageClassificationOptions options() const {
    ImageClassificationOptions options;
    options.images = write("images", images_text(60));
    options.labels = write("labels", labels_text(60));
    options.evaluation_share = 0.5;
    options.classes_per_prompt = 3;
    options.examples = 6;
    return options;
  }
  std::string refusal_text(const std::string& text) const {
    std::string rest = text;
    const std::string folder = (folder_ / "").string();
    for (std::size_t at = rest.find(folder); at != std::string::npos; at = rest.find(folder)) {
      rest.erase(at, folder.size());
    }
    return rest;
  }
  template <typename Error, typename Change>
  std::string refusal(const Change& change) const {
    ImageClassificationOptions changed = options();
    change(changed);
    return refusal_text(error_text<Error>([&] { ImageClassification{changed}; }));
  }

 private:
  TemporaryFolder folder_;
};

/// The number of the image that the brightness of its first pixel names, for inputs (…, 16).
torch::Tensor image_numbers(const torch::Tensor& inputs) {
  return (inputs.select(-1, 0) * 255).round().to(at::kLong);
}

std::set<int64_t> elements(const torch::Tensor& numbers) {
  const torch::Tensor flat = numbers.flatten().contiguous();
  return {flat.data_ptr<int64_t>(), flat.data_ptr<int64_t>() + flat.numel()};
}

TEST_F(ImageTask, PixelsAreThoseOfTheFileRowByRow) {
  const ImageClassification task(options());
  const Prompts prompts = task.sample_prompts(50, kSeed, at::kDouble);
  const torch::Tensor first = image_numbers(prompts.query_inputs).unsqueeze(1);
  const torch::Tensor expected = first + 3 * at::arange(16, at::kLong);
  EXPECT_LT((prompts.query_inputs * 255 - expected).abs().max().item<double>(), 1e-4);
}

TEST_F(ImageTask, EvaluationClassesAreNeverSeenInTraining) {
  const ImageClassification task(options());
  const auto classes_in = [](const Prompts& prompts) {
    const std::set<int64_t> shown = elements(image_numbers(prompts.context_inputs).remainder(6));
    EXPECT_EQ(elements(image_numbers(prompts.query_inputs).remainder(6)), shown);
    return shown;
  };
  const std::set<int64_t> training = classes_in(task.sample_prompts(500, kSeed, at::kDouble));
  const std::set<int64_t> evaluation = classes_in(task.evaluation_prompts(500, kSeed, at::kDouble));
  EXPECT_EQ(training.size(), 3U);
  EXPECT_EQ(evaluation.size(), 3U);
  for (const int64_t k : evaluation) EXPECT_FALSE(training.contains(k)) << k;
}

TEST_F(ImageTask, LabelsOfAPromptFollowTheClasses) {
  const ImageClassification task(options());
  const Prompts prompts = task.sample_prompts(300, kSeed, at::kDouble);
  const torch::Tensor classes = at::cat({image_numbers(prompts.context_inputs),
                                         image_numbers(prompts.query_inputs).unsqueeze(1)},
                                        1)
                                    .remainder(6);
  const torch::Tensor labels =
      at::cat({prompts.context_targets.argmax(2), prompts.targets.unsqueeze(1)}, 1);
  const torch::Tensor same_class = classes.unsqueeze(1).eq(classes.unsqueeze(2));
  const torch::Tensor same_label = labels.unsqueeze(1).eq(labels.unsqueeze(2));
  EXPECT_TRUE(at::equal(same_class, same_label));
}

TEST_F(ImageTask, EvaluationFilesAreReadWhereTheyAreGiven) {
  ImageClassificationOptions two = options();
  two.evaluation_images = write("other images", images_text(120));
  two.evaluation_labels = write("other labels", labels_text(120));
  const ImageClassification task(two);
  // Training has all six classes of the first file, evaluation images up to 119.
  const Prompts training = task.sample_prompts(500, kSeed, at::kDouble);
  EXPECT_EQ(elements(image_numbers(training.query_inputs).remainder(6)).size(), 6U);
  const Prompts evaluation = task.evaluation_prompts(2000, kSeed, at::kDouble);
  EXPECT_EQ(elements(image_numbers(evaluation.query_inputs)).size(), 120U);
}

TEST_F(ImageTask, SmallerImagesAreAveragesOverAreas) {
  const torch::Tensor image = at::arange(16, at::kByte).reshape({1, 4, 4}) * 10;
  const torch::Tensor first = at::zeros({1}, at::kLong);
  const torch::Tensor halves = image_features(image, first, 2) * 255;
  EXPECT_TRUE(at::allclose(halves, at::tensor({25.0F, 45.0F, 105.0F, 125.0F}).unsqueeze(0)));
  EXPECT_TRUE(at::allclose(image_features(image, first, 1) * 255, at::full({1, 1}, 75.0F)));
  // Three rows out of four: the first new one is 1 old row and a third of the next, over 4/3.
  const torch::Tensor thirds = (image_features(image, first, 3) * 255).reshape({3, 3});
  const double column = (0 + 10 / 3.0) / (4 / 3.0);
  const double row = (0 + 40 / 3.0) / (4 / 3.0);
  EXPECT_NEAR(thirds[0][0].item<double>(), column + row, 1e-4);
  EXPECT_NEAR(thirds.mean().item<double>(), 75, 1e-3);
}

TEST_F(ImageTask, RotatedImagesAreClassesOfTheirOwn) {
  ImageClassificationOptions turned = options();
  turned.rotations = true;
  turned.classes_per_prompt = 12;
  turned.examples = 12;
  const ImageClassification task(turned);
  const Prompts prompts = task.sample_prompts(40, kSeed, at::kDouble);
  // All 3 training classes in 4 turns: the first pixel of an image is 0, 3, 15 or 12 of the file's.
  const torch::Tensor corners = prompts.context_inputs.mul(255).round().to(at::kLong);
  const torch::Tensor least = std::get<0>(corners.min(2));
  std::set<int64_t> offsets = elements(corners.select(2, 0) - least);
  EXPECT_EQ(offsets, (std::set<int64_t>{0, 9, 36, 45}));
  for (int64_t b = 0; b < 40; ++b) {
    std::set<std::pair<int64_t, int64_t>> kinds;
    for (int64_t i = 0; i < 12; ++i) {
      kinds.emplace(least[b][i].item<int64_t>() % 6,
                    (corners[b][i][0] - least[b][i]).item<int64_t>());
    }
    ASSERT_EQ(kinds.size(), 12U);
  }
  const torch::Tensor picture = at::arange(4, at::kByte).reshape({1, 2, 2});
  const torch::Tensor quarter = image_features(picture, at::ones({1}, at::kLong), 2) * 255;
  EXPECT_TRUE(at::allclose(quarter, at::tensor({1.0F, 3.0F, 0.0F, 2.0F}).unsqueeze(0)));
}

TEST_F(ImageTask, ConfigMakesAnEqualTask) {
  const ImageClassificationOptions files = options();
  const Json tree = {{"kind", "image_classification"},
                     {"images", files.images},
                     {"labels", files.labels},
                     {"evaluation_images", ""},
                     {"evaluation_labels", ""},
                     {"evaluation_share", 0.5},
                     {"split_seed", 3},
                     {"classes_per_prompt", 2},
                     {"examples", 4},
                     {"pixels", 2},
                     {"rotations", true},
                     {"layout", "pairs"}};
  const auto task = make_task(ConfigSection(tree, "task.toml", "task"), 8);
  EXPECT_EQ(task->config(), tree);
  EXPECT_EQ(task->token_width(), 6);
  const auto again = make_task(ConfigSection(task->config(), "task.toml", "task"));
  EXPECT_TRUE(at::equal(again->sample(3, kSeed, at::kFloat).tokens,
                        task->sample(3, kSeed, at::kFloat).tokens));
  Json open = tree;
  open.erase("split_seed");
  EXPECT_EQ(make_task(ConfigSection(open, "task.toml", "task"), 8)->config()["split_seed"], 8);
}

TEST_F(ImageTask, RefusesFilesThatDoNotBelongTogether) {
  EXPECT_EQ(refusal<InvalidFile>([&](auto& o) { o.labels = write("labels", labels_text(59)); }),
            "[image_classification] labels: must have one label for each of the 60 images of "
            "images; got 59. Give the labels of these images.");
  EXPECT_EQ(refusal<InvalidFile>([&](auto& o) {
              o.images = write("images", idx({60, 2, 8}, std::string(960, 'x')));
            }),
            "[image_classification] images: images must be square; got 2 x 8.");
  EXPECT_EQ(refusal<InvalidFile>(
                [&](auto& o) { o.images = write("images", images_text(60).substr(0, 500)); }),
            "[image_classification] images: must hold 960 bytes of numbers as its header says; got "
            "484. Copy the file again.");
  EXPECT_EQ(refusal<InvalidArgument>([](auto& o) { o.images += " gone"; }),
            "[image_classification] images gone: must be a file; got no such file. Check the "
            "path.");
  EXPECT_EQ(refusal<InvalidArgument>([&](auto& o) {
              o.evaluation_images = write("small", idx({12, 2, 2}, std::string(48, 'x')));
              o.evaluation_labels = write("small labels", labels_text(12));
            }),
            "[image_classification] training and evaluation images must have one size; got 4 and 2 "
            "pixels.");
}

TEST_F(ImageTask, RefusesValuesOutsideTheirRule) {
  EXPECT_EQ(refusal<InvalidArgument>([](auto& o) { o.pixels = 5; }),
            "[image_classification] pixels must be between 1 and the 4 of the files, or 0 for "
            "these; got 5.");
  EXPECT_EQ(refusal<InvalidArgument>([](auto& o) { o.classes_per_prompt = 4; }),
            "[image_classification] classes_per_prompt must be at most the number of classes with "
            "training images; got 4 and 3.");
  const std::string few = refusal<InvalidArgument>([](auto& o) { o.examples = 30; });
  EXPECT_EQ(few.substr(few.find("\" must")),
            "\" must have at least 11 training images for prompts of 30 examples of 3 classes; got "
            "10. Show fewer examples.");
  EXPECT_EQ(refusal<InvalidArgument>([](auto& o) { o.evaluation_share = 0; }),
            "[image_classification] evaluation_share must be above 0 and below 1; got 0.");
  EXPECT_EQ(refusal<InvalidArgument>([](auto& o) { o.evaluation_images = "x"; }),
            "[image_classification] evaluation_images and evaluation_labels must be given "
            "together; got \"x\" and \"\".");
}

TEST(ImageClassification, ReadsOmniglot) {
  const std::string folder = shared_data("omniglot").string();
  if (folder.empty()) GTEST_SKIP() << "no omniglot in $GRIL_DATA";
  ImageClassificationOptions options;
  options.images = folder + "/background-images-28x28-idx3-ubyte.gz";
  options.labels = folder + "/background-labels-idx1-short.gz";
  options.evaluation_images = folder + "/evaluation-images-28x28-idx3-ubyte.gz";
  options.evaluation_labels = folder + "/evaluation-labels-idx1-short.gz";
  options.pixels = 14;
  const ImageClassification task(options);
  EXPECT_EQ(task.token_width(), 2 * 196 + 5);
  const Prompts prompts = task.evaluation_prompts(2000, kSeed, at::kFloat);
  EXPECT_GE(prompts.tokens.min().item<double>(), 0);
  EXPECT_LE(prompts.tokens.max().item<double>(), 1);
  // The nearest of five images by its pixels: well above chance, 0.2, and far from solved.
  const torch::Tensor distances =
      (prompts.context_inputs - prompts.query_inputs.unsqueeze(1)).square().sum(2);
  const torch::Tensor nearest = distances.argmin(1).reshape({-1, 1});
  const torch::Tensor answers = prompts.context_targets.argmax(2).gather(1, nearest).squeeze(1);
  const double accuracy = answers.eq(prompts.targets).to(at::kDouble).mean().item<double>();
  EXPECT_GT(accuracy, 0.35);
  EXPECT_LT(accuracy, 0.8);
}

}  // namespace
}  // namespace gril
