#pragma once

#include <torch/types.h>

#include <cstdint>
#include <string>

#include "gril/analysis/analysis_options.h"
#include "gril/base/json.h"
#include "gril/tasks/scoring.h"

namespace gril {

/// Sequences that a network is measured on, and which of its outputs count there.
struct SampleSequences {
  torch::Tensor tokens;  ///< (B, T, d), float64
  Positions positions = Positions::kEvery;
  torch::Tensor marked = {};  ///< (B, T) bool, with Positions::kMarked
  /// Which features of a token whose output counts can differ from 0, (d+1) ones and zeros; the
  /// last belongs to the appended 1. What multiplies another is never seen, so it is not judged.
  torch::Tensor read_features = {};
  std::string source = {};  ///< in words
};

/// How many sequences are drawn, and which.
struct SequenceOptions {
  int64_t sequences = 500;  ///< B, at least 1
  int64_t length = 32;      ///< T, at least 1, where no task says how long they are
  uint64_t seed = 0;
};

/// Those that the options of an analysis name.
SequenceOptions sequence_options(const AnalysisOptions& options);

/// Independent N(0, 1) tokens; every output counts. Errors: InvalidArgument "[sample_sequences] …"
/// for a count below 1.
SampleSequences standard_normal_sequences(int64_t width, const SequenceOptions& options);

/// Given sequences (B, T, d), float64, every output counting.
SampleSequences given_sequences(const torch::Tensor& tokens, const std::string& source);

/// The sequences of a model file's task, those of evaluation/evaluate.h, or standard normal ones
/// where the file names none. `where` names the file.
/// Errors: InvalidArgument "[sample_sequences] where: …" for a task whose tokens do not have
/// `width` features; those of make_task.
SampleSequences task_sequences(const Json& task, int64_t width, const SequenceOptions& options,
                               const std::string& where);

/// The sequences first … first + count - 1, or as many of them as there are; what is read stays the
/// same.
SampleSequences sequence_rows(const SampleSequences& sequences, int64_t first, int64_t count);

/// The first `count` of the sequences, or all where there are fewer; what is read stays the same.
SampleSequences first_sequences(const SampleSequences& sequences, int64_t count);

/// The outputs that count, (B, T, m) → (count, m).
/// Works for tokens too.
torch::Tensor counted(const SampleSequences& sequences, const torch::Tensor& outputs);

/// Mean square of (actual − expected) over mean square of expected, over the outputs that count;
/// infinite when the expected ones are all 0 and the actual ones are not.
double relative_mean_square(const torch::Tensor& actual, const torch::Tensor& expected);

}  // namespace gril
