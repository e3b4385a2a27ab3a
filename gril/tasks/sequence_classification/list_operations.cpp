#include "gril/tasks/sequence_classification/list_operations.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "gril/base/check.h"
#include "gril/base/data_folder.h"
#include "gril/tasks/sequence_classification/sequence_cache.h"
#include "gril/tasks/sequence_classification/symbol_sequences.h"
#include "gril/tasks/sequence_classification/symbol_table.h"
#include "gril/tasks/sequence_classification/tsv_lines.h"

namespace gril {
namespace {

constexpr const char* kKind = "list_operations";
constexpr const char* kTraining = "basic_train.tsv";
constexpr std::array kOperators = {"[MIN", "[MAX", "[MED", "[SM", "]"};

bool is_digit(std::string_view word) {
  return word.size() == 1 && word.front() >= '0' && word.front() <= '9';
}

bool is_known(const std::string& word) {
  return is_digit(word) ||
         std::find(kOperators.begin(), kOperators.end(), word) != kOperators.end();
}

/// Calls visit(words, value) for every expression of a file.
template <typename Visit>
void for_each_expression(const std::filesystem::path& path, int64_t length, const Visit& visit) {
  int64_t expressions = 0;
  for_each_tsv_line(path, 2, kKind, [&](const TsvLine& line) {
    if (line.number == 1) {
      require_file(line.columns[0] == "Source" && line.columns[1] == "Target", kKind,
                   line_name(path, 1), ": must be \"Source\", a tab and \"Target\"; got \"",
                   line.columns[0], "\" and \"", line.columns[1], "\".");
      return;
    }
    std::vector<std::string> words = list_words(line.columns[0]);
    const auto wrong = std::find_if_not(words.begin(), words.end(), is_known);
    require_file(wrong == words.end(), kKind, line_name(path, line.number),
                 ": words must be digits, [MIN, [MAX, [MED, [SM and ]; got \"",
                 wrong == words.end() ? "" : *wrong, "\".");
    require_file(!words.empty(), kKind, line_name(path, line.number),
                 ": must hold an expression; got none.");
    require_file(is_digit(line.columns[1]), kKind, line_name(path, line.number),
                 ": the value must be 0 … 9; got \"", line.columns[1], "\".");
    words.resize(std::min(words.size(), static_cast<std::size_t>(length - 1)));
    visit(words, int64_t{line.columns[1].front() - '0'});
    ++expressions;
  });
  require_file(expressions > 0, kKind, path.string(), ": must hold expressions; got none.");
}

SymbolTable symbols_of(const std::filesystem::path& training, int64_t length) {
  std::map<std::string, int64_t> counts;
  for_each_expression(training, length,
                      [&](const std::vector<std::string>& words, int64_t /*value*/) {
                        for (const std::string& word : words) ++counts[word];
                      });
  return {counts, 1};
}

LabelledSequences read_expressions(const std::filesystem::path& path, const SymbolTable& symbols,
                                   int64_t length) {
  SymbolSequences sequences;
  for_each_expression(path, length, [&](const std::vector<std::string>& words, int64_t value) {
    for (const std::string& word : words) sequences.add(symbols.symbol(word));
    sequences.add(SymbolTable::kEnd);
    sequences.end_sequence();
    sequences.end_item(value);
  });
  return std::move(sequences).sequences();
}

const char* evaluation_file(const ListOperationsOptions& options) {
  return evaluates_on_test(options.evaluation, kKind) ? "basic_test.tsv" : "basic_val.tsv";
}

ReadSequences read_sets(const ListOperationsOptions& options) {
  const std::filesystem::path folder = data_path(options.folder);
  const SymbolTable symbols = symbols_of(folder / kTraining, options.length);
  return {.parts = {read_expressions(folder / kTraining, symbols, options.length),
                    read_expressions(folder / evaluation_file(options), symbols, options.length)},
          .vocabulary = symbols.words()};
}

SequenceSource source_of(const ListOperationsOptions& options) {
  return {.kind = kKind,
          .options = {{"length", options.length}},
          .folder = data_path(options.folder),
          .names = {kTraining, evaluation_file(options)}};
}

}  // namespace

std::unique_ptr<SequenceClassification> make_list_operations(const ListOperationsOptions& options) {
  require(!options.folder.empty(), kKind,
          "folder must name the folder of the expressions; got \"\".");
  require(options.length >= 2, kKind, "length must be at least 2; got ", options.length, ".");
  ReadSequences expressions = cached_sequences(source_of(options), options.cache,
                                               [&options] { return read_sets(options); });
  SequenceClassificationData data;
  data.training = std::move(expressions.parts.at(0));
  data.evaluation = std::move(expressions.parts.at(1));
  for (int64_t digit = 0; digit < 10; ++digit) data.classes.push_back(std::to_string(digit));
  data.symbols = static_cast<int64_t>(expressions.vocabulary.size());
  data.vocabulary = std::move(expressions.vocabulary);
  data.word_gap = std::string(1, ' ');  // GCC 12 warns of = " "
  data.title = "a list of operations";
  data.config = to_json(options);
  return std::make_unique<SequenceClassification>(std::move(data));
}

std::vector<std::string> list_words(std::string_view expression) {
  std::vector<std::string> words;
  while (!expression.empty()) {
    const std::size_t end = std::min(expression.find(' '), expression.size());
    const std::string_view word = expression.substr(0, end);
    if (!word.empty() && word != "(" && word != ")") words.emplace_back(word);
    expression.remove_prefix(std::min(end + 1, expression.size()));
  }
  return words;
}

ListOperationsOptions read_list_operations_options(ConfigSection& section) {
  ListOperationsOptions options;
  section.choice("kind", kKind, {kKind});
  section.need("folder");
  options.folder = section.text("folder", "");
  options.length = section.integer("length", options.length, 2);
  options.evaluation = read_evaluation_split(section, options.evaluation, false);
  options.vocabulary_checksum = section.text("vocabulary_checksum", "");
  options.cache = read_cache_option(section);
  section.finish();
  return options;
}

Json to_json(const ListOperationsOptions& options) {
  Json tree{{"kind", kKind}, {"folder", options.folder}, {"length", options.length}};
  add_evaluation_split(tree, options.evaluation, false);
  tree["vocabulary_checksum"] = options.vocabulary_checksum;
  add_cache_option(tree, options.cache);
  return tree;
}

}  // namespace gril
