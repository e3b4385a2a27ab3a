#include "gril/tasks/sequence_classification/text_classification.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "gril/base/check.h"
#include "gril/base/data_folder.h"
#include "gril/base/utf8.h"
#include "gril/tasks/sequence_classification/character_symbols.h"
#include "gril/tasks/sequence_classification/review_files.h"
#include "gril/tasks/sequence_classification/sequence_cache.h"

namespace gril {
namespace {

constexpr const char* kKind = "text_classification";
constexpr int kBytes = 256;

void check(const TextClassificationOptions& options) {
  require(!options.folder.empty(), kKind, "folder must name the folder of the texts; got \"\".");
  require(options.tokens == "characters" || options.tokens == "bytes", kKind,
          "tokens must be \"characters\" or \"bytes\"; got \"", options.tokens, "\".");
  require(options.length >= 2, kKind, "length must be at least 2; got ", options.length, ".");
  require(options.least_count >= 1, kKind, "least_count must be at least 1; got ",
          options.least_count, ".");
}

/// The first length - 1 characters of text i.
std::u32string characters_of(const Reviews& reviews, std::size_t i, int64_t length) {
  std::u32string text = decode_utf8(reviews.texts[i], kKind, reviews.names[i]);
  text.resize(std::min(text.size(), static_cast<std::size_t>(length - 1)));
  return text;
}

LabelledSequences as_characters(const Reviews& reviews, const CharacterSymbols& symbols,
                                int64_t length) {
  SymbolSequences sequences;
  for (std::size_t i = 0; i < reviews.texts.size(); ++i) {
    symbols.add(characters_of(reviews, i, length), sequences);
    sequences.end_item(reviews.labels[i]);
  }
  return std::move(sequences).sequences();
}

LabelledSequences as_bytes(const Reviews& reviews, int64_t length) {
  SymbolSequences sequences;
  for (std::size_t i = 0; i < reviews.texts.size(); ++i) {
    const std::string& text = reviews.texts[i];
    for (const char letter : text.substr(0, static_cast<std::size_t>(length))) {
      sequences.add(int{static_cast<unsigned char>(letter)} + 1);
    }
    sequences.end_sequence();
    sequences.end_item(reviews.labels[i]);
  }
  return std::move(sequences).sequences();
}

/// "<pad>", and for each byte its letter where it is a visible ASCII one, otherwise "<0x0A>".
std::vector<std::string> byte_names() {
  constexpr const char* kDigits = "0123456789ABCDEF";
  std::vector<std::string> names = {"<pad>"};
  for (int byte = 0; byte < kBytes; ++byte) {
    if (byte >= ' ' && byte <= '~') {
      names.emplace_back(1, static_cast<char>(byte));
    } else {
      names.push_back(std::string("<0x") + kDigits[byte / 16] + kDigits[byte % 16] + '>');
    }
  }
  return names;
}

/// Of the texts that training sees.
CharacterSymbols symbols_of(const ReviewSet& reviews, const TextClassificationOptions& options) {
  const auto count = static_cast<int64_t>(reviews.training.texts.size());
  CharacterCounts counts;
  for (const int64_t i : validation_split(count, options.evaluation, kKind).kept) {
    counts.add(characters_of(reviews.training, static_cast<std::size_t>(i), options.length));
  }
  return {counts, options.least_count, kKind};
}

/// All reviews, those for training and those of the test set.
ReadSequences read_texts(const TextClassificationOptions& options) {
  const ReviewSet reviews = read_reviews(data_path(options.folder), kKind);
  if (options.tokens == "bytes") {
    return {.parts = {as_bytes(reviews.training, options.length),
                      as_bytes(reviews.test, options.length)},
            .vocabulary = byte_names()};
  }
  const CharacterSymbols symbols = symbols_of(reviews, options);
  return {.parts = {as_characters(reviews.training, symbols, options.length),
                    as_characters(reviews.test, symbols, options.length)},
          .vocabulary = symbols.table().words()};
}

/// `split` chooses among what was read.
SequenceSource source_of(const TextClassificationOptions& options) {
  return {.kind = kKind,
          .options = {{"tokens", options.tokens},
                      {"length", options.length},
                      {"least_count", options.least_count},
                      {"validation_share", options.evaluation.validation_share},
                      {"split_seed", options.evaluation.split_seed}},
          .folder = data_path(options.folder),
          .names = {"train/neg", "train/pos", "test/neg", "test/pos"}};
}

}  // namespace

std::unique_ptr<SequenceClassification> make_text_classification(
    const TextClassificationOptions& options) {
  check(options);
  ReadSequences reviews = cached_sequences(source_of(options), options.cache,
                                           [&options] { return read_texts(options); });
  SequenceClassificationData data;
  data.vocabulary = std::move(reviews.vocabulary);
  TrainingAndEvaluation sets =
      split_for_evaluation(reviews.parts.at(0), reviews.parts.at(1), options.evaluation, kKind);
  data.training = std::move(sets.training);
  data.evaluation = std::move(sets.evaluation);
  data.symbols = static_cast<int64_t>(data.vocabulary.size());
  data.classes = {"negative", "positive"};
  data.title = "a review in " + options.tokens;
  data.config = to_json(options);
  return std::make_unique<SequenceClassification>(std::move(data));
}

TextClassificationOptions read_text_classification_options(ConfigSection& section) {
  TextClassificationOptions options;
  section.choice("kind", kKind, {kKind});
  section.need("folder");
  options.folder = section.text("folder", "");
  options.tokens = section.choice("tokens", options.tokens, {"characters", "bytes"});
  options.length = section.integer("length", options.length, 2);
  options.least_count = section.integer("least_count", options.least_count, 1);
  options.evaluation = read_evaluation_split(section, options.evaluation, true);
  options.vocabulary_checksum = section.text("vocabulary_checksum", "");
  options.cache = read_cache_option(section);
  section.finish();
  return options;
}

Json to_json(const TextClassificationOptions& options) {
  Json tree{{"kind", kKind},
            {"folder", options.folder},
            {"tokens", options.tokens},
            {"length", options.length},
            {"least_count", options.least_count}};
  add_evaluation_split(tree, options.evaluation, true);
  tree["vocabulary_checksum"] = options.vocabulary_checksum;
  add_cache_option(tree, options.cache);
  return tree;
}

}  // namespace gril
