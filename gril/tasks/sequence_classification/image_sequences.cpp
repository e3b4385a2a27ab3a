#include "gril/tasks/sequence_classification/image_sequences.h"

#include <ATen/ATen.h>

#include <numeric>
#include <utility>

namespace gril {

LabelledSequences image_sequences(const torch::Tensor& pixels, std::vector<int64_t> labels) {
  const int64_t count = pixels.size(0);
  const int64_t length = pixels.size(1);
  LabelledSequences set;
  set.values = pixels.reshape({count * length, pixels.size(2)});
  for (int64_t i = 0; i < count; ++i) set.begins.push_back(i * length);
  set.lengths.assign(static_cast<std::size_t>(count), length);
  set.labels = std::move(labels);
  return set;
}

std::vector<int64_t> rows_order(int64_t count) {
  std::vector<int64_t> order(static_cast<std::size_t>(count));
  std::iota(order.begin(), order.end(), int64_t{0});
  return order;
}

std::vector<int64_t> bit_reversal_order(int64_t count) {
  int bits = 0;
  while ((int64_t{1} << bits) < count) ++bits;
  std::vector<int64_t> order;
  for (int64_t i = 0; i < (int64_t{1} << bits); ++i) {
    int64_t reversed = 0;
    for (int bit = 0; bit < bits; ++bit) reversed |= ((i >> bit) & 1) << (bits - 1 - bit);
    if (reversed < count) order.push_back(reversed);
  }
  return order;
}

}  // namespace gril
