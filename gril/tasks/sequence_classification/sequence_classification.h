#pragma once

#include <torch/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "gril/base/json.h"
#include "gril/tasks/sequence_classification/labelled_sequences.h"
#include "gril/tasks/task.h"

namespace gril {

/// What a task of labelled sequences is made of. The readers of pixel_classification.h,
/// text_classification.h and their like fill it.
struct SequenceClassificationData {
  LabelledSequences training;
  LabelledSequences evaluation;              ///< the validation or the test set, as the options say
  std::vector<std::string> classes;          ///< what the classes 0 … m - 1 are called
  int64_t symbols = 0;                       ///< Task::symbols; 0: the values are numbers
  std::vector<std::string> vocabulary = {};  ///< Task::vocabulary
  std::string word_gap = "";                 ///< between the texts of two symbols
  /// Of numbers, whose sequences have one length: a token holds (value / 255 - mean) / deviation,
  /// per feature or one for all.
  std::vector<double> mean = {0};
  std::vector<double> deviation = {1};
  std::string title;       ///< "28 x 28 pixels, row by row", for a person
  ExamplePicture picture;  ///< of an example; none by default
  Json config;             ///< Task::config
};

/// Classification of whole sequences of a fixed data set, which lies in memory.
///
///     training    epochs, each in an order of its own; batches of like length (training_order.h)
///     evaluation  at most as many sequences as asked for, drawn by the seed without repetition,
///                 the short ones first
///     tokens      symbols (B, T, 1), numbers (B, T, width), or the symbols of two documents side
///                 by side (B, T, 2) with lengths (B, 2). Padding is 0 and stands at the end.
///
/// Outputs are logits, scored by cross-entropy at the last true token.
class SequenceClassification : public Task {
 public:
  /// config() then has the checksum of the vocabulary, where there is one.
  /// Errors: InvalidArgument "[kind] …" when a set is empty, the vocabulary has another checksum
  /// than config states, or mean and deviation do not fit the
  /// width of a token or lie beyond the scales of scale_check.h.
  explicit SequenceClassification(SequenceClassificationData data);

  /// Training sequences drawn with repetition.
  Batch sample(int64_t batch, uint64_t seed, torch::Dtype dtype) const override;
  /// Errors: also InvalidArgument for more than all training sequences.
  Batch training_batch(int64_t step, int64_t batch, uint64_t seed,
                       torch::Dtype dtype) const override;
  Batch evaluation_batch(int64_t sequences, uint64_t seed, torch::Dtype dtype) const override;
  /// What evaluation_batch puts together: the numbers of its sequences, their tokens (of the longer
  /// document of a pair), and a batch of some of them, padded to the longest of these.
  std::vector<int64_t> evaluation_items(int64_t sequences, uint64_t seed) const;
  std::vector<int64_t> evaluation_lengths(const std::vector<int64_t>& items) const;
  Batch evaluation_sequences(const std::vector<int64_t>& items, torch::Dtype dtype) const;
  int64_t token_width() const override;
  int64_t output_size() const override { return static_cast<int64_t>(data_.classes.size()); }
  int64_t symbols() const override { return data_.symbols; }
  std::vector<std::string> vocabulary() const override { return data_.vocabulary; }
  /// Both; the test set alone where no training sequence is kept for validation.
  std::vector<std::string> splits() const override;
  /// Cross-entropy at the last token.
  Scoring scoring() const override;
  ExampleLabels labels(const Batch& example) const override;
  Json config() const override { return data_.config; }

  const SequenceClassificationData& data() const { return data_; }

 private:
  std::string where() const;
  /// Pins the vocabulary in config(). Errors: as the constructor's.
  void check_vocabulary();
  Batch batch_of(const LabelledSequences& set, const std::vector<int64_t>& items,
                 torch::Dtype dtype) const;

  SequenceClassificationData data_;
};

}  // namespace gril
