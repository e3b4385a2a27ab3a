#include "gril/tasks/sequence_classification/pixel_classification.h"

#include <ATen/ATen.h>

#include <utility>

#include "gril/base/check.h"
#include "gril/base/data_folder.h"
#include "gril/tasks/sequence_classification/image_sequences.h"
#include "gril/tasks/sequence_classification/pixel_files.h"

namespace gril {
namespace {

constexpr const char* kKind = "pixel_classification";

void check(const PixelClassificationOptions& options) {
  require(!options.folder.empty(), kKind, "folder must name the folder of the images; got \"\".");
  require(options.tokens == "numbers" || options.tokens == "symbols", kKind,
          "tokens must be \"numbers\" or \"symbols\"; got \"", options.tokens, "\".");
  require(options.order == "rows" || options.order == "bit_reversal", kKind,
          "order must be \"rows\" or \"bit_reversal\"; got \"", options.order, "\".");
  require(options.classes >= 2, kKind, "classes must be at least 2; got ", options.classes, ".");
  require(!options.colour || options.tokens == "numbers", kKind,
          "tokens of colours must be numbers; got colour = true and tokens = \"symbols\".");
}

/// Images as sequences of pixels in this order.
LabelledSequences sequences_of(PixelImages images, const std::vector<int64_t>& order, bool colour,
                               const std::string& folder) {
  const bool has_colour = images.pixels.size(2) == 3;
  require(has_colour || !colour, kKind, folder,
          ": colour = true needs images of three colours; got gray ones.");
  if (has_colour && !colour) images.pixels = gray_of(images.pixels);
  return image_sequences(images.pixels.index_select(1, at::tensor(order)),
                         std::move(images.labels));
}

std::vector<int64_t> pixel_order(const std::string& name, int64_t pixels) {
  return name == "bit_reversal" ? bit_reversal_order(pixels) : rows_order(pixels);
}

/// Where each pixel stands in a sequence of this order.
std::vector<int64_t> inverse(const std::vector<int64_t>& order) {
  std::vector<int64_t> places(order.size());
  for (std::size_t t = 0; t < order.size(); ++t) {
    places[static_cast<std::size_t>(order[t])] = static_cast<int64_t>(t);
  }
  return places;
}

}  // namespace

std::unique_ptr<SequenceClassification> make_pixel_classification(
    const PixelClassificationOptions& options) {
  check(options);
  PixelSet images = read_pixel_set(data_path(options.folder), options.classes, kKind);
  const int64_t columns = images.training.columns;
  const std::vector<int64_t> order = pixel_order(options.order, images.training.pixels.size(1));
  SequenceClassificationData data;
  data.title = concatenate(images.training.rows(), " x ", columns, " pixels, ",
                           options.order == "rows" ? "row by row" : "by bit reversal");
  data.picture = {.columns = columns, .order = inverse(order)};
  const auto sequences = [&](PixelImages& part) {
    return sequences_of(std::move(part), order, options.colour, options.folder);
  };
  TrainingAndEvaluation sets = split_for_evaluation(
      sequences(images.training), sequences(images.test), options.evaluation, kKind);
  data.training = std::move(sets.training);
  data.evaluation = std::move(sets.evaluation);
  for (int64_t k = 0; k < options.classes; ++k) data.classes.push_back(std::to_string(k));
  data.symbols = options.tokens == "symbols" ? kPixelValues : 0;
  data.mean = options.mean;
  data.deviation = options.deviation;
  data.config = to_json(options);
  return std::make_unique<SequenceClassification>(std::move(data));
}

PixelClassificationOptions read_pixel_classification_options(ConfigSection& section) {
  PixelClassificationOptions options;
  section.choice("kind", kKind, {kKind});
  section.need("folder");
  options.folder = section.text("folder", "");
  options.classes = section.integer("classes", options.classes, 2);
  options.colour = section.flag("colour", options.colour);
  options.tokens = section.choice("tokens", options.tokens, {"numbers", "symbols"});
  options.order = section.choice("order", options.order, {"rows", "bit_reversal"});
  options.mean = section.numbers("mean", options.mean);
  options.deviation = section.numbers("deviation", options.deviation);
  options.evaluation = read_evaluation_split(section, options.evaluation, true);
  section.finish();
  return options;
}

Json to_json(const PixelClassificationOptions& options) {
  Json tree{{"kind", kKind},
            {"folder", options.folder},
            {"classes", options.classes},
            {"colour", options.colour},
            {"tokens", options.tokens},
            {"order", options.order},
            {"mean", options.mean},
            {"deviation", options.deviation}};
  add_evaluation_split(tree, options.evaluation, true);
  return tree;
}

}  // namespace gril
