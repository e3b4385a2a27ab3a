#include "gril/tasks/sequence_classification/pathfinder.h"

#include <cmath>
#include <utility>

#include "gril/base/check.h"
#include "gril/base/data_folder.h"
#include "gril/base/log.h"
#include "gril/tasks/sequence_classification/image_sequences.h"
#include "gril/tasks/sequence_classification/pathfinder_files.h"
#include "gril/tasks/sequence_classification/sequence_cache.h"

namespace gril {
namespace {

constexpr const char* kKind = "pathfinder";

void check(const PathfinderOptions& options) {
  require(!options.folder.empty(), kKind, "folder must name the folder of the images; got \"\".");
  require(options.tokens == "numbers" || options.tokens == "symbols", kKind,
          "tokens must be \"numbers\" or \"symbols\"; got \"", options.tokens, "\".");
  const double validation = options.evaluation.validation_share;
  require(options.test_share > 0 && validation > 0 && options.test_share + validation < 1, kKind,
          "test_share and validation_share must be above 0 and together below 1; got ",
          options.test_share, " and ", validation, ".");
}

ReadSequences read_images(const std::filesystem::path& folder) {
  PathfinderImages images = read_pathfinder_images(folder, kKind);
  const int64_t count = images.pixels.size(0);
  ReadSequences read;
  read.parts = {image_sequences(images.pixels.unsqueeze(2), std::move(images.labels))};
  if (images.skipped > 0) {
    read.note = concatenate("skipped ", images.skipped, " of ", count + images.skipped,
                            " images; the first: ", images.first_skipped);
  }
  return read;
}

/// Puts the images into the training set and the set that evaluation sees.
void split_images(const LabelledSequences& images, const PathfinderOptions& options,
                  SequenceClassificationData& data) {
  const NumberSplit first =
      split_numbers(images.size(), options.test_share, options.evaluation.split_seed);
  EvaluationSplitOptions rest = options.evaluation;
  rest.validation_share /= 1 - options.test_share;
  TrainingAndEvaluation sets = split_for_evaluation(chosen_items(images, first.kept),
                                                    chosen_items(images, first.taken), rest, kKind);
  data.training = std::move(sets.training);
  data.evaluation = std::move(sets.evaluation);
}

}  // namespace

std::unique_ptr<SequenceClassification> make_pathfinder(const PathfinderOptions& options) {
  check(options);
  const std::filesystem::path folder = data_path(options.folder) / options.difficulty;
  const ReadSequences read =
      cached_sequences({.kind = kKind, .options = Json::object(), .folder = folder, .names = {"."}},
                       options.cache, [&folder] { return read_images(folder); });
  if (!read.note.empty()) log_warning("[", kKind, "] ", folder.string(), ": ", read.note);
  const LabelledSequences& images = read.parts.at(0);
  const int64_t pixels = images.lengths.front();
  const int64_t side = std::llround(std::sqrt(static_cast<double>(pixels)));
  SequenceClassificationData data;
  data.title = concatenate(side, " x ", side, " pixels, row by row");
  data.picture = {.columns = side, .order = rows_order(pixels)};
  split_images(images, options, data);
  data.classes = {"two curves", "one curve"};
  data.symbols = options.tokens == "symbols" ? kPixelValues : 0;
  data.mean = options.mean;
  data.deviation = options.deviation;
  data.config = to_json(options);
  return std::make_unique<SequenceClassification>(std::move(data));
}

PathfinderOptions read_pathfinder_options(ConfigSection& section) {
  PathfinderOptions options;
  section.choice("kind", kKind, {kKind});
  section.need("folder");
  options.folder = section.text("folder", "");
  options.difficulty = section.text("difficulty", options.difficulty);
  options.tokens = section.choice("tokens", options.tokens, {"numbers", "symbols"});
  options.mean = section.numbers("mean", options.mean);
  options.deviation = section.numbers("deviation", options.deviation);
  options.test_share = section.number("test_share", options.test_share);
  options.evaluation = read_evaluation_split(section, options.evaluation, true);
  options.cache = read_cache_option(section);
  section.finish();
  return options;
}

Json to_json(const PathfinderOptions& options) {
  Json tree{{"kind", kKind},
            {"folder", options.folder},
            {"difficulty", options.difficulty},
            {"tokens", options.tokens},
            {"mean", options.mean},
            {"deviation", options.deviation},
            {"test_share", options.test_share}};
  add_evaluation_split(tree, options.evaluation, true);
  add_cache_option(tree, options.cache);
  return tree;
}

}  // namespace gril
