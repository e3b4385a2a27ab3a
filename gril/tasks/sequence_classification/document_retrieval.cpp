#include "gril/tasks/sequence_classification/document_retrieval.h"

#include <algorithm>
#include <utility>

#include "gril/base/check.h"
#include "gril/base/data_folder.h"
#include "gril/base/utf8.h"
#include "gril/tasks/sequence_classification/character_symbols.h"
#include "gril/tasks/sequence_classification/sequence_cache.h"
#include "gril/tasks/sequence_classification/tsv_lines.h"

namespace gril {
namespace {

constexpr const char* kKind = "document_retrieval";
constexpr const char* kTraining = "new_aan_pairs.train.tsv";
constexpr std::size_t kColumns = 5;
constexpr std::size_t kFirstText = 3;
constexpr int64_t kDocuments = 2;

/// The files write 0.0 and 1.0.
int64_t label_of(const TsvLine& line, const std::filesystem::path& path) {
  const std::string_view text = line.columns[0];
  const bool yes = text == "1" || text == "1.0";
  require_file(yes || text == "0" || text == "0.0", kKind, line_name(path, line.number),
               ": the label must be 0, 0.0, 1 or 1.0; got \"", text, "\".");
  return yes ? 1 : 0;
}

/// Calls visit(texts, label) for every pair of a file, the texts cut to length - 1 characters.
template <typename Visit>
void for_each_pair(const std::filesystem::path& path, int64_t length, const Visit& visit) {
  int64_t pairs = 0;
  for_each_tsv_line(path, kColumns, kKind, [&](const TsvLine& line) {
    const int64_t label = label_of(line, path);
    std::vector<std::u32string> texts;
    for (std::size_t column = kFirstText; column < kColumns; ++column) {
      const std::string name = concatenate(line_name(path, line.number), ": column ", column + 1);
      texts.push_back(decode_utf8(line.columns[column], kKind, name));
      texts.back().resize(std::min(texts.back().size(), static_cast<std::size_t>(length - 1)));
    }
    visit(texts, label);
    ++pairs;
  });
  require_file(pairs > 0, kKind, path.string(), ": must hold pairs of texts; got none.");
}

CharacterSymbols symbols_of(const std::filesystem::path& training,
                            const DocumentRetrievalOptions& options) {
  CharacterCounts counts;
  for_each_pair(training, options.length,
                [&](const std::vector<std::u32string>& texts, int64_t /*label*/) {
                  for (const std::u32string& text : texts) counts.add(text);
                });
  return {counts, options.least_count, kKind};
}

LabelledSequences read_pairs(const std::filesystem::path& path, const CharacterSymbols& symbols,
                             int64_t length) {
  SymbolSequences sequences(kDocuments);
  for_each_pair(path, length, [&](const std::vector<std::u32string>& texts, int64_t label) {
    for (const std::u32string& text : texts) symbols.add(text, sequences);
    sequences.end_item(label);
  });
  return std::move(sequences).sequences();
}

const char* evaluation_file(const DocumentRetrievalOptions& options) {
  return evaluates_on_test(options.evaluation, kKind) ? "new_aan_pairs.test.tsv"
                                                      : "new_aan_pairs.eval.tsv";
}

ReadSequences read_sets(const DocumentRetrievalOptions& options) {
  const std::filesystem::path folder = data_path(options.folder);
  const CharacterSymbols symbols = symbols_of(folder / kTraining, options);
  return {.parts = {read_pairs(folder / kTraining, symbols, options.length),
                    read_pairs(folder / evaluation_file(options), symbols, options.length)},
          .vocabulary = symbols.table().words()};
}

SequenceSource source_of(const DocumentRetrievalOptions& options) {
  return {.kind = kKind,
          .options = {{"length", options.length}, {"least_count", options.least_count}},
          .folder = data_path(options.folder),
          .names = {kTraining, evaluation_file(options)}};
}

}  // namespace

std::unique_ptr<SequenceClassification> make_document_retrieval(
    const DocumentRetrievalOptions& options) {
  require(!options.folder.empty(), kKind, "folder must name the folder of the pairs; got \"\".");
  require(options.length >= 2, kKind, "length must be at least 2; got ", options.length, ".");
  require(options.least_count >= 1, kKind, "least_count must be at least 1; got ",
          options.least_count, ".");
  ReadSequences pairs = cached_sequences(source_of(options), options.cache,
                                         [&options] { return read_sets(options); });
  SequenceClassificationData data;
  data.training = std::move(pairs.parts.at(0));
  data.evaluation = std::move(pairs.parts.at(1));
  data.classes = {"unrelated", "related"};
  data.symbols = static_cast<int64_t>(pairs.vocabulary.size());
  data.vocabulary = std::move(pairs.vocabulary);
  data.title = "two papers in characters";
  data.config = to_json(options);
  return std::make_unique<SequenceClassification>(std::move(data));
}

DocumentRetrievalOptions read_document_retrieval_options(ConfigSection& section) {
  DocumentRetrievalOptions options;
  section.choice("kind", kKind, {kKind});
  section.need("folder");
  options.folder = section.text("folder", "");
  options.length = section.integer("length", options.length, 2);
  options.least_count = section.integer("least_count", options.least_count, 1);
  options.evaluation = read_evaluation_split(section, options.evaluation, false);
  options.vocabulary_checksum = section.text("vocabulary_checksum", "");
  options.cache = read_cache_option(section);
  section.finish();
  return options;
}

Json to_json(const DocumentRetrievalOptions& options) {
  Json tree{{"kind", kKind},
            {"folder", options.folder},
            {"length", options.length},
            {"least_count", options.least_count}};
  add_evaluation_split(tree, options.evaluation, false);
  tree["vocabulary_checksum"] = options.vocabulary_checksum;
  add_cache_option(tree, options.cache);
  return tree;
}

}  // namespace gril
