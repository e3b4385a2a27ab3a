#pragma once

#include <cstdint>

#include "gril/base/config_section.h"
#include "gril/tasks/task.h"

namespace gril {

/// How pairs become tokens.
enum class RecallTokens {
  kInterleaved,  ///< a key or a value per token, and an arrow before the query
  kJoint,        ///< a pair per token
};

/// Settings of the task AssociativeRecall, the keys of the section [task].
struct AssociativeRecallOptions {
  int64_t keys = 9;    ///< different keys; at least 1
  int64_t values = 9;  ///< different values; at least 2
  int64_t pairs = 20;  ///< pairs shown before the query; at least 1
  RecallTokens tokens = RecallTokens::kInterleaved;
};

/// Associative recall: every sequence has a map from keys to values of its own, shows pairs of it
/// and asks for the value of a key that was shown. Source: the generator of seq_icl;
/// gated_rnn_attention.md 4.3, with its sizes as defaults.
///
///     map      every key has a value, independent and uniform
///     pairs    their keys independent and uniform, so a key may be shown more than once
///     query    the key of one of the pairs, uniform over the pairs
///     answer   the value of the query, a class 0 … values - 1
///
/// One sequence of 3 pairs, one-hot tokens, time from left to right:
///
///     interleaved   k_2  v_7  k_5  v_1  k_2  v_7  =>  k_5      answer: v_1
///     joint         k_2  k_5  k_2  k_5                         answer: v_1
///                   v_7  v_1  v_7  0
///
/// Interleaved tokens have keys + values + 1 features (the keys, the values, the arrow) and
/// T = 2 pairs + 2; joint ones keys + values features (key, value) and T = pairs + 1. The end mark
/// of seq_icl, which stands after the answer, is left out. Scored by cross-entropy at the last
/// token; without a look at the sequence it is ln(values).
class AssociativeRecall : public Task {
 public:
  /// Errors: InvalidArgument "[associative_recall] …" for a size below its least.
  explicit AssociativeRecall(const AssociativeRecallOptions& options);

  Batch sample(int64_t batch, uint64_t seed, torch::Dtype dtype) const override;
  int64_t token_width() const override;
  int64_t output_size() const override { return options_.values; }
  /// Cross-entropy at the last token.
  Scoring scoring() const override;
  ExampleLabels labels(const Batch& example) const override;
  Json config() const override;

  const AssociativeRecallOptions& options() const { return options_; }

 private:
  AssociativeRecallOptions options_;
};

/// Reads the options from a configuration ("kind" may be there and must be "associative_recall");
/// finishes the section. Errors: InvalidArgument.
AssociativeRecallOptions read_associative_recall_options(ConfigSection& section);

/// Every option with its value, "kind" first.
Json to_json(const AssociativeRecallOptions& options);

}  // namespace gril
