#include "gril/tasks/in_context/image_classification.h"

#include <ATen/ATen.h>

#include <numeric>
#include <tuple>
#include <utility>

#include "gril/base/check.h"
#include "gril/base/data_folder.h"
#include "gril/tasks/in_context/batch_tokens.h"
#include "gril/tasks/in_context/token_parts.h"

namespace gril {
namespace {

constexpr const char* kWhere = "image_classification";
constexpr const char* kKind = "image_classification";

void check(const ImageClassificationOptions& options) {
  require(!options.images.empty() && !options.labels.empty(), kWhere,
          "images and labels must name files; got \"", options.images, "\" and \"", options.labels,
          "\".");
  require(options.evaluation_images.empty() == options.evaluation_labels.empty(), kWhere,
          "evaluation_images and evaluation_labels must be given together; got \"",
          options.evaluation_images, "\" and \"", options.evaluation_labels, "\".");
  require(options.evaluation_share > 0 && options.evaluation_share < 1, kWhere,
          "evaluation_share must be above 0 and below 1; got ", options.evaluation_share, ".");
}

/// The classes `chosen` of a set; the images are shared.
ImageSet classes_of(const ImageSet& set, const std::vector<int64_t>& chosen) {
  ImageSet result{set.images, {}, {}};
  for (const int64_t k : chosen) {
    result.classes.push_back(set.classes[static_cast<std::size_t>(k)]);
    result.names.push_back(set.names[static_cast<std::size_t>(k)]);
  }
  return result;
}

/// Training classes, then evaluation classes.
std::pair<ImageSet, ImageSet> read_sets(const ImageClassificationOptions& options) {
  const ImageSet first =
      read_image_set(data_path(options.images), data_path(options.labels), kWhere);
  if (!options.evaluation_images.empty()) {
    return {first, read_image_set(data_path(options.evaluation_images),
                                  data_path(options.evaluation_labels), kWhere)};
  }
  std::vector<int64_t> numbers(first.classes.size());
  std::iota(numbers.begin(), numbers.end(), int64_t{0});
  const ItemSplit split = split_items({numbers}, options.evaluation_share, options.split_seed);
  return {classes_of(first, split.kept[0]), classes_of(first, split.taken[0])};
}

}  // namespace

ImageClassification::ImageClassification(const ImageClassificationOptions& options)
    : options_(options) {
  check(options);
  std::tie(training_, evaluation_) = read_sets(options);
  const int64_t side = training_.images.size(1);
  require(evaluation_.images.size(1) == side, kWhere,
          "training and evaluation images must have one size; got ", side, " and ",
          evaluation_.images.size(1), " pixels.");
  require(options.pixels >= 0 && options.pixels <= side, kWhere,
          "pixels must be between 1 and the ", side, " of the files, or 0 for these; got ",
          options.pixels, ".");
  if (options.rotations) {
    add_rotations(training_);
    add_rotations(evaluation_);
  }
  const ClassPromptOptions prompt{.classes = options.classes_per_prompt,
                                  .examples = options.examples};
  check_class_items(training_.classes, training_.classes, prompt,
                    {kWhere, "training images", training_.names});
  check_class_items(evaluation_.classes, evaluation_.classes, prompt,
                    {kWhere, "evaluation images", evaluation_.names});
  token_width();
}

int64_t ImageClassification::pixels() const {
  return options_.pixels == 0 ? training_.images.size(1) : options_.pixels;
}

int64_t ImageClassification::token_width() const {
  return token_shape(options_.layout, pixels() * pixels(), options_.classes_per_prompt).width;
}

Prompts ImageClassification::draw(const ImageSet& set, int64_t batch, uint64_t seed,
                                  torch::Dtype dtype) const {
  check_sample_request(batch, dtype, kWhere);
  const at::NoGradGuard no_grad;
  const ClassExamples examples = draw_class_examples(
      set.classes, set.classes,
      {.classes = options_.classes_per_prompt, .examples = options_.examples}, batch, seed);
  const torch::Tensor inputs = image_features(set.images, examples.items.flatten(), pixels())
                                   .to(dtype)
                                   .reshape({batch, options_.examples + 1, pixels() * pixels()});
  return classification_prompts(options_.layout, inputs, examples.labels,
                                options_.classes_per_prompt);
}

Prompts ImageClassification::sample_prompts(int64_t batch, uint64_t seed,
                                            torch::Dtype dtype) const {
  return draw(training_, batch, seed, dtype);
}

Prompts ImageClassification::evaluation_prompts(int64_t prompts, uint64_t seed,
                                                torch::Dtype dtype) const {
  return draw(evaluation_, prompts, evaluation_seed(seed), dtype);
}

Scoring ImageClassification::scoring() const {
  return {.loss = LossKind::kCrossEntropy, .positions = Positions::kLast};
}

ExampleLabels ImageClassification::labels(const Batch& example) const {
  ExampleLabels labels =
      classification_labels(options_.layout, pixels() * pixels(), options_.classes_per_prompt,
                            options_.examples, example);
  for (std::vector<TokenPart>& parts : labels.tokens) {
    for (TokenPart& part : parts) {
      if (part.name.starts_with("x_")) part.side = pixels();
    }
  }
  return labels;
}

Json ImageClassification::config() const { return to_json(options_); }

ImageClassificationOptions read_image_classification_options(ConfigSection& section,
                                                             uint64_t experiment_seed) {
  ImageClassificationOptions options;
  section.choice("kind", kKind, {kKind});
  section.need("images");
  section.need("labels");
  options.images = section.text("images", "");
  options.labels = section.text("labels", "");
  options.evaluation_images = section.text("evaluation_images", "");
  options.evaluation_labels = section.text("evaluation_labels", "");
  options.evaluation_share = section.number("evaluation_share", options.evaluation_share);
  options.split_seed = static_cast<uint64_t>(
      section.integer("split_seed", static_cast<int64_t>(experiment_seed), 0));
  options.classes_per_prompt = section.integer("classes_per_prompt", options.classes_per_prompt, 2);
  options.examples = section.integer("examples", options.examples, 1);
  options.pixels = section.integer("pixels", options.pixels, 0);
  options.rotations = section.flag("rotations", options.rotations);
  options.layout = token_layout_from_name(
      section.choice("layout", token_layout_name(options.layout), token_layout_names()));
  section.finish();
  return options;
}

Json to_json(const ImageClassificationOptions& options) {
  return Json{{"kind", kKind},
              {"images", options.images},
              {"labels", options.labels},
              {"evaluation_images", options.evaluation_images},
              {"evaluation_labels", options.evaluation_labels},
              {"evaluation_share", options.evaluation_share},
              {"split_seed", options.split_seed},
              {"classes_per_prompt", options.classes_per_prompt},
              {"examples", options.examples},
              {"pixels", options.pixels},
              {"rotations", options.rotations},
              {"layout", token_layout_name(options.layout)}};
}

}  // namespace gril
