#include "gril/tasks/language/language_modelling.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>
#include <utility>

#include "gril/base/check.h"
#include "gril/base/data_folder.h"
#include "gril/base/seed.h"
#include "gril/tasks/language/shown_symbol.h"

namespace gril {
namespace {

constexpr const char* kWhere = "language_modelling";

/// Row b: `length` tokens of the text from starts[b] on, and the symbols that follow each.
Batch pieces(const std::vector<int32_t>& text, const std::vector<int64_t>& starts, int64_t length) {
  const auto rows = static_cast<int64_t>(starts.size());
  const torch::Tensor symbols = at::empty({rows, length + 1}, at::kLong);
  auto* out = symbols.data_ptr<int64_t>();
  for (const int64_t start : starts) {
    out = std::copy_n(text.begin() + start, length + 1, out);
  }
  return {.tokens = symbols.narrow(1, 0, length).unsqueeze(2).contiguous(),
          .targets = symbols.narrow(1, 1, length).contiguous(),
          .marked = {}};
}

/// `count` numbers, uniform over 0 … end - 1.
std::vector<int64_t> uniform_numbers(int64_t count, int64_t end, uint64_t seed) {
  const at::Generator generator = at::make_generator<at::CPUGeneratorImpl>(seed);
  const torch::Tensor drawn = at::empty({count}, at::kLong).random_(0, end, generator);
  return {drawn.data_ptr<int64_t>(), drawn.data_ptr<int64_t>() + count};
}

int64_t size_of(const std::vector<int32_t>& text) { return static_cast<int64_t>(text.size()); }

TextParts read_text(const LanguageModellingOptions& options) {
  require(!options.path.empty(), kWhere, "path must name a text; got none.");
  require(options.length >= 1, kWhere, "length must be at least 1; got ", options.length, ".");
  return read_text_parts({.path = data_path(options.path),
                          .level = options.level,
                          .validation_share = options.validation_share,
                          .test_share = options.test_share,
                          .vocabulary_of_all = options.vocabulary_of_all,
                          .vocabulary_by_frequency = options.vocabulary_by_frequency},
                         kWhere);
}

}  // namespace

LanguageModelling::LanguageModelling(const LanguageModellingOptions& options)
    : options_(options), text_(read_text(options)) {
  options_.level = text_.vocabulary.level();
  check_vocabulary();
  check_lengths();
}

const std::vector<int32_t>& LanguageModelling::evaluated() const {
  return options_.split == TextSplit::kTest ? text_.test : text_.validation;
}

void LanguageModelling::check_lengths() const {
  const bool test = options_.split == TextSplit::kTest;
  require(!evaluated().empty(), kWhere, "split must name a part that the text has; got ",
          test ? "test, and there is none. Add test.txt to the folder, or set test_share."
               : "validation, and there is none. Set validation_share.");
  const auto check = [](const std::vector<int32_t>& text, const char* name, int64_t least) {
    require(size_of(text) >= least, kWhere, "the ", name, " text must have at least ", least,
            " symbols; got ", text.size(), ". Give a longer text or a smaller length.");
  };
  check(text_.training, "training", options_.length + 1);
  const bool stream = options_.evaluation == TextEvaluation::kStream;
  check(evaluated(), test ? "test" : "validation", stream ? 2 : options_.length + 1);
}

void LanguageModelling::check_vocabulary() {
  const int64_t size = text_.vocabulary.size();
  const std::string checksum = text_.vocabulary.checksum();
  const bool same =
      (options_.vocabulary_size == 0 || options_.vocabulary_size == size) &&
      (options_.vocabulary_checksum.empty() || options_.vocabulary_checksum == checksum);
  const auto named = [](const std::string& sum) {
    return sum.empty() ? "" : concatenate(" with checksum ", sum);
  };
  require(same, kWhere, data_path(options_.path).string(),
          ": the vocabulary must be the one of the model, ", options_.vocabulary_size, " symbols",
          named(options_.vocabulary_checksum), "; got ", size, named(checksum),
          ". Use the text, the level and the vocabulary of the training.");
  options_.vocabulary_size = size;
  options_.vocabulary_checksum = checksum;
}

Batch LanguageModelling::sample(int64_t batch, uint64_t seed, torch::Dtype dtype) const {
  check_sample_request(batch, dtype, kWhere);
  const at::NoGradGuard no_grad;
  const int64_t places = size_of(text_.training) - options_.length;
  return pieces(text_.training, uniform_numbers(batch, places, seed), options_.length);
}

Batch LanguageModelling::training_batch(int64_t step, int64_t batch, uint64_t seed,
                                        torch::Dtype dtype) const {
  if (options_.order == TextOrder::kRandom) return Task::training_batch(step, batch, seed, dtype);
  check_sample_request(batch, dtype, kWhere);
  const at::NoGradGuard no_grad;
  const int64_t tokens = size_of(text_.training) - 1;
  const int64_t pieces_per_row = tokens / batch / options_.length;
  require(pieces_per_row >= 1, kWhere, "the training text must have at least ",
          batch * options_.length + 1, " symbols, one piece of ", options_.length,
          " tokens for each of ", batch, " rows; got ", tokens + 1,
          ". Set a smaller length or training.batch_size.");
  const int64_t row = pieces_per_row * options_.length;
  const int64_t epoch = step / pieces_per_row;
  const int64_t piece = step % pieces_per_row;
  const uint64_t epoch_seed = child_seed(seed, "epoch", static_cast<uint64_t>(epoch));
  const int64_t offset = uniform_numbers(1, tokens - batch * row + 1, epoch_seed).front();
  std::vector<int64_t> starts;
  for (int64_t b = 0; b < batch; ++b) {
    starts.push_back(offset + b * row + piece * options_.length);
  }
  Batch result = pieces(text_.training, starts, options_.length);
  result.continues = piece > 0;
  return result;
}

Batch LanguageModelling::evaluation_batch(int64_t sequences, uint64_t /*seed*/,
                                          torch::Dtype dtype) const {
  check_sample_request(sequences, dtype, kWhere);
  const at::NoGradGuard no_grad;
  const int64_t tokens = size_of(evaluated()) - 1;
  if (options_.evaluation == TextEvaluation::kStream) return pieces(evaluated(), {0}, tokens);
  const int64_t all = tokens / options_.length;
  const int64_t count = std::min(sequences, all);
  std::vector<int64_t> starts;
  for (int64_t i = 0; i < count; ++i) starts.push_back(i * all / count * options_.length);
  return pieces(evaluated(), starts, options_.length);
}

std::vector<std::string> LanguageModelling::splits() const {
  std::vector<std::string> names;
  if (!text_.validation.empty()) names.emplace_back("validation");
  if (!text_.test.empty()) names.emplace_back("test");
  return names;
}

Scoring LanguageModelling::scoring() const {
  return {.loss = LossKind::kCrossEntropy, .positions = Positions::kEvery};
}

ExampleLabels LanguageModelling::labels(const Batch& example) const {
  const Vocabulary& vocabulary = text_.vocabulary;
  ExampleLabels labels;
  labels.title = concatenate("a text by ", text_level_name(vocabulary.level()), "s, ",
                             vocabulary.size(), " symbols");
  for (int64_t t = 0; t < example.tokens.size(1); ++t) {
    const auto token = static_cast<int64_t>(example.tokens[0][t][0].item<double>());
    labels.tokens.push_back({{.name = shown_symbol(vocabulary, token), .begin = 0, .size = 1}});
    labels.targets.push_back(shown_symbol(vocabulary, example.targets[0][t].item<int64_t>()));
  }
  return labels;
}

Json LanguageModelling::config() const { return to_json(options_); }

}  // namespace gril
