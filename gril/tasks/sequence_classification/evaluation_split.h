#pragma once

#include <cstdint>
#include <string>

#include "gril/base/config_section.h"
#include "gril/tasks/sequence_classification/labelled_sequences.h"

namespace gril {

/// Which sequences of a fixed data set a training sees and which ones evaluation, keys of the
/// section [task]. The test set stays the same whatever they say.
struct EvaluationSplitOptions {
  /// What evaluation sees: "validation" or "test". A training is watched on the validation set;
  /// `gril evaluate RUN task.split="test"` measures its result.
  std::string split = "validation";
  /// Of the training sequences, kept for validation: round(share · n), drawn by split_seed; 0 and
  /// above, below 1. Only of sets that have no validation file.
  double validation_share = 0.1;
  uint64_t split_seed = 42;  ///< our own order (random_order), not that of another library
};

/// Reads "split" and, where `with_share`, "validation_share" and "split_seed"; the defaults are
/// those of `options`.
EvaluationSplitOptions read_evaluation_split(ConfigSection& section, EvaluationSplitOptions options,
                                             bool with_share);

/// Adds the keys that read_evaluation_split reads.
void add_evaluation_split(Json& tree, const EvaluationSplitOptions& options, bool with_share);

/// Whether evaluation sees the test set. Errors: InvalidArgument "[where] …" for another split.
bool evaluates_on_test(const EvaluationSplitOptions& options, const std::string& where);

/// Which of the `count` items with labels for training are used for it, and which are kept for
/// validation. Errors: InvalidArgument "[where] …" for another split, a share outside its range,
/// and split = "validation" where none is kept.
NumberSplit validation_split(int64_t count, const EvaluationSplitOptions& options,
                             const std::string& where);

struct TrainingAndEvaluation {
  LabelledSequences training;
  LabelledSequences evaluation;
};

/// The sequences of training and of evaluation, as the options say. Errors: as validation_split.
TrainingAndEvaluation split_for_evaluation(const LabelledSequences& training,
                                           const LabelledSequences& test,
                                           const EvaluationSplitOptions& options,
                                           const std::string& where);

}  // namespace gril
