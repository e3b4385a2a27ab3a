#include <limits>

#include "gril/tasks/language/language_modelling.h"

namespace gril {
namespace {

constexpr const char* kKind = "language_modelling";
constexpr const char* kRandom = "random";
constexpr const char* kConsecutive = "consecutive";
constexpr const char* kTraining = "training";
constexpr const char* kAll = "all";
constexpr const char* kFrequency = "frequency";
constexpr const char* kAppearance = "appearance";
constexpr const char* kValidation = "validation";
constexpr const char* kTest = "test";
constexpr const char* kBlocks = "blocks";
constexpr const char* kStream = "stream";

/// Whether the key has the second of two words; `fallback` where it is absent.
bool second_word(ConfigSection& section, const char* key, const char* first, const char* second,
                 bool fallback) {
  return section.choice(key, fallback ? second : first, {first, second}) == second;
}

}  // namespace

LanguageModellingOptions read_language_modelling_options(ConfigSection& section) {
  LanguageModellingOptions options;
  section.choice("kind", kKind, {kKind});
  section.need("path");
  options.path = section.text("path", "");
  if (section.has("level")) {
    options.level = text_level_from_name(section.choice("level", "", text_level_names()));
  }
  options.length = section.integer("length", options.length, 1);
  if (second_word(section, "order", kRandom, kConsecutive, false)) {
    options.order = TextOrder::kConsecutive;
  }
  options.validation_share = section.number("validation_share", options.validation_share, 0, 1);
  options.test_share = section.number("test_share", options.test_share, 0, 1);
  options.vocabulary_of_all =
      second_word(section, "vocabulary", kTraining, kAll, options.vocabulary_of_all);
  options.vocabulary_by_frequency = second_word(section, "vocabulary_order", kAppearance,
                                                kFrequency, options.vocabulary_by_frequency);
  if (second_word(section, "split", kValidation, kTest, false)) options.split = TextSplit::kTest;
  if (second_word(section, "evaluation", kBlocks, kStream, false)) {
    options.evaluation = TextEvaluation::kStream;
  }
  options.vocabulary_size =
      section.integer("vocabulary_size", 0, 0, std::numeric_limits<int32_t>::max());
  options.vocabulary_checksum = section.text("vocabulary_checksum", "");
  section.finish();
  return options;
}

Json to_json(const LanguageModellingOptions& options) {
  Json tree = {{"kind", kKind}, {"path", options.path}};
  if (options.level) tree["level"] = text_level_name(*options.level);
  tree.update(
      Json{{"length", options.length},
           {"order", options.order == TextOrder::kRandom ? kRandom : kConsecutive},
           {"validation_share", options.validation_share},
           {"test_share", options.test_share},
           {"vocabulary", options.vocabulary_of_all ? kAll : kTraining},
           {"vocabulary_order", options.vocabulary_by_frequency ? kFrequency : kAppearance},
           {"split", options.split == TextSplit::kTest ? kTest : kValidation},
           {"evaluation", options.evaluation == TextEvaluation::kStream ? kStream : kBlocks},
           {"vocabulary_size", options.vocabulary_size},
           {"vocabulary_checksum", options.vocabulary_checksum}});
  return tree;
}

}  // namespace gril
