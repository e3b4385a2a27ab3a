#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gril/base/config_section.h"
#include "gril/tasks/language/text_level.h"
#include "gril/tasks/language/text_parts.h"
#include "gril/tasks/task.h"

namespace gril {

/// Which pieces of the training text a batch holds.
enum class TextOrder {
  kRandom,       ///< from anywhere, each from the empty state
  kConsecutive,  ///< one after another, the state carried over
};

/// The part of the text that evaluation reads.
enum class TextSplit { kValidation, kTest };

/// How evaluation reads it.
enum class TextEvaluation {
  kBlocks,  ///< blocks of `length` tokens, each from the empty state
  kStream,  ///< as one sequence
};

/// Settings of the task LanguageModelling, the keys of the section [task].
struct LanguageModellingOptions {
  std::string path;  ///< file or folder (text_files.h); relative paths are in $GRIL_DATA (data/)
  /// What a symbol is; absent: "character", or "token" for token files.
  std::optional<TextLevel> level;
  int64_t length = 64;  ///< T, tokens of a training sequence and of a block; at least 1
  TextOrder order = TextOrder::kRandom;
  double validation_share = 0.1;   ///< of a single file, behind the training text
  double test_share = 0;           ///< of a single file, at its end
  bool vocabulary_of_all = false;  ///< key vocabulary = "training" or "all": whose units it has
  bool vocabulary_by_frequency = true;  ///< key vocabulary_order = "frequency" or "appearance"
  TextSplit split = TextSplit::kValidation;
  TextEvaluation evaluation = TextEvaluation::kBlocks;
  int64_t vocabulary_size = 0;      ///< what it must be; 0: whatever the text has
  std::string vocabulary_checksum;  ///< Vocabulary::checksum() must be this; "": whatever it is
};

/// Predict the next symbol of a text at every symbol. Tokens are symbols, targets the symbols that
/// follow, scored by cross-entropy at every token.
///
///     training text      c_1 … c_n
///     random             row b of a batch: tokens c_s … c_{s+T-1}, targets c_{s+1} … c_{s+T}, s
///                        uniform over 1 … n - T. A batch is a function of (step, seed).
///     consecutive        epoch e starts at an offset o, uniform over what B P T + 1 symbols
///                        leave of the text, P = ⌊⌊(n - 1) / B⌋ / T⌋; row b reads P pieces of T
///                        tokens one after another, from symbol o + b P T on. Batch::continues but
///                        for the first
///     evaluation blocks  tokens 1 … T, T + 1 … 2T, … of the split, at most as many as asked for,
///                        evenly spread; what is shorter than T at the end is left out
///     evaluation stream  tokens 1 … n - 1 of the split, one sequence
///
/// Both are averages over positions: exp of the loss is the perplexity per symbol (per word with
/// <eos> at the level word), loss / ln 2 the bits per symbol. Blocks are nanoGPT's validation loss;
/// the perplexities of word models in the literature are those of a stream.
///
/// A model only fits the vocabulary it was trained with: config() names its size and checksum, and
/// another text is refused.
class LanguageModelling : public Task {
 public:
  /// Reads the text. Errors: "[language_modelling] …": InvalidArgument for a value outside its
  /// rule, a split that the text does not have or that is too short, a vocabulary other than the
  /// options say; those of read_text_parts.
  explicit LanguageModelling(const LanguageModellingOptions& options);

  /// Random pieces of the training text.
  Batch sample(int64_t batch, uint64_t seed, torch::Dtype dtype) const override;
  /// Errors: also InvalidArgument when the training text is too short for B consecutive rows.
  Batch training_batch(int64_t step, int64_t batch, uint64_t seed,
                       torch::Dtype dtype) const override;
  /// Of the split; the seed is of no importance.
  Batch evaluation_batch(int64_t sequences, uint64_t seed, torch::Dtype dtype) const override;
  int64_t token_width() const override { return 1; }
  int64_t output_size() const override { return symbols(); }
  int64_t symbols() const override { return text_.vocabulary.size(); }
  std::vector<std::string> vocabulary() const override { return text_.vocabulary.texts(); }
  /// Cross-entropy at every token.
  std::vector<std::string> splits() const override;
  Scoring scoring() const override;
  ExampleLabels labels(const Batch& example) const override;
  Json config() const override;

  /// With level, vocabulary_size and vocabulary_checksum filled in.
  const LanguageModellingOptions& options() const { return options_; }

 private:
  const std::vector<int32_t>& evaluated() const;
  void check_lengths() const;
  void check_vocabulary();

  LanguageModellingOptions options_;
  TextParts text_;
};

/// Reads the options from a configuration ("kind" may be there and must be "language_modelling";
/// "path" must be given); finishes the section. Errors: InvalidArgument.
LanguageModellingOptions read_language_modelling_options(ConfigSection& section);

/// Every option with its value, "kind" first.
Json to_json(const LanguageModellingOptions& options);

}  // namespace gril
