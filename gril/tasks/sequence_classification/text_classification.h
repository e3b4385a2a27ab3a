#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "gril/base/config_section.h"
#include "gril/tasks/sequence_classification/evaluation_split.h"
#include "gril/tasks/sequence_classification/sequence_classification.h"

namespace gril {

/// Settings of the task text_classification, the keys of the section [task].
struct TextClassificationOptions {
  std::string
      folder;  ///< of the reviews (review_files.h); a relative path is in $GRIL_DATA (data/)
  std::string tokens = "characters";  ///< "characters" (code points of UTF-8) or "bytes"
  int64_t length = 4096;              ///< longest sequence, end mark included; at least 2
  int64_t least_count = 15;  ///< characters that training texts show less often are unknown
  /// As Long Range Arena has it, no review is kept for validation: the test set serves in its
  /// place, so that the best step of a training is chosen by it. A share above 0 and
  /// split = "validation" choose without it.
  EvaluationSplitOptions evaluation{.split = "test", .validation_share = 0};
  /// Vocabulary::checksum() of the symbols must be this; "": whatever it is. Their numbers follow
  /// from the training texts, so that a model fits no others.
  std::string vocabulary_checksum;
  std::string cache = "auto";  ///< where sequences are kept for the next start: sequence_cache.h
};

/// Classification of texts read letter by letter: Long Range Arena's Text, the IMDB reviews.
/// Source: Tay et al. 2021; preprocessing of S4 and S5 (characters), of the original (bytes).
///
///     characters  the first length - 1 characters, then the end mark. Symbols: symbol_table.h,
///                 counted in the training texts as they are cut
///     bytes       the first `length` bytes, byte b as symbol b + 1; 257 symbols with padding 0, no
///                 end mark
///
/// Errors: those of read_reviews and split_for_evaluation; InvalidFile for text that is not UTF-8,
/// with its byte; InvalidArgument "[text_classification] …" for a value outside its rule.
std::unique_ptr<SequenceClassification> make_text_classification(
    const TextClassificationOptions& options);

/// Reads the options from a configuration ("folder" must be given); finishes the section.
TextClassificationOptions read_text_classification_options(ConfigSection& section);

/// Every option with its value, "kind" first.
Json to_json(const TextClassificationOptions& options);

}  // namespace gril
