#pragma once

#include <cstdint>
#include <vector>

#include "gril/tasks/sequence_classification/labelled_sequences.h"

namespace gril {

/// Sequences of symbols 0 … 32767, put together one after the other.
class SymbolSequences {
 public:
  /// documents  sequences of one item
  explicit SymbolSequences(int64_t documents = 1) : documents_(documents) {}

  void add(int64_t symbol) { values_.push_back(static_cast<int16_t>(symbol)); }
  /// Ends the sequence that the symbols since the last end make, at least one.
  void end_sequence();
  /// The class of the item that the last `documents` sequences make.
  void end_item(int64_t label) { labels_.push_back(label); }

  /// All of them. The values are handed over.
  LabelledSequences sequences() &&;

 private:
  int64_t documents_;
  std::vector<int16_t> values_;
  std::vector<int64_t> begins_;
  std::vector<int64_t> lengths_;
  std::vector<int64_t> labels_;
};

}  // namespace gril
