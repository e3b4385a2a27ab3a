#pragma once

#include <torch/types.h>

#include <cstdint>
#include <vector>

namespace gril {

/// Items of a class, each of which is a sequence, or several side by side (the two documents of a
/// pair). Their values are small whole numbers, kept as they were read; sets may share them.
struct LabelledSequences {
  torch::Tensor values;          ///< (rows, width), uint8 or int16: the tokens of all sequences
  std::vector<int64_t> begins;   ///< the first row of every sequence, item by item
  std::vector<int64_t> lengths;  ///< its tokens, at least 1
  std::vector<int64_t> labels;   ///< the class of every item
  int64_t documents = 1;         ///< sequences of one item

  int64_t size() const { return static_cast<int64_t>(labels.size()); }
};

/// The items of these numbers, in this order; the values are shared.
LabelledSequences chosen_items(const LabelledSequences& set, const std::vector<int64_t>& items);

/// The numbers 0 … count - 1 in two parts, each ascending.
struct NumberSplit {
  std::vector<int64_t> kept;
  std::vector<int64_t> taken;  ///< the first round(share · count) of random_order(count, seed)
};

/// share  0 … 1
NumberSplit split_numbers(int64_t count, double share, uint64_t seed);

/// Items side by side, padded at the end with 0 to the longest of them.
struct PaddedItems {
  torch::Tensor values;  ///< (B, T, documents · width), a document's values side by side
  /// (B), or (B, documents) for more than one, int64; undefined where all are T.
  torch::Tensor lengths;
  torch::Tensor labels;  ///< (B), int64
};

/// The items of these numbers as one block of the given dtype. Cost: one copy a sequence.
PaddedItems padded_items(const LabelledSequences& set, const std::vector<int64_t>& items,
                         torch::Dtype dtype);

}  // namespace gril
