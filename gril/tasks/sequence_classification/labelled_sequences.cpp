#include "gril/tasks/sequence_classification/labelled_sequences.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "gril/base/random_order.h"

namespace gril {

LabelledSequences chosen_items(const LabelledSequences& set, const std::vector<int64_t>& items) {
  LabelledSequences chosen{set.values, {}, {}, {}, set.documents};
  for (const int64_t item : items) {
    for (int64_t document = 0; document < set.documents; ++document) {
      const auto sequence = static_cast<std::size_t>(item * set.documents + document);
      chosen.begins.push_back(set.begins[sequence]);
      chosen.lengths.push_back(set.lengths[sequence]);
    }
    chosen.labels.push_back(set.labels[static_cast<std::size_t>(item)]);
  }
  return chosen;
}

NumberSplit split_numbers(int64_t count, double share, uint64_t seed) {
  std::vector<int64_t> order = random_order(count, seed);
  const auto end = order.begin() + std::llround(share * static_cast<double>(count));
  std::sort(order.begin(), end);
  std::sort(end, order.end());
  return {{end, order.end()}, {order.begin(), end}};
}

PaddedItems padded_items(const LabelledSequences& set, const std::vector<int64_t>& items,
                         torch::Dtype dtype) {
  const LabelledSequences chosen = chosen_items(set, items);
  const int64_t batch = chosen.size();
  const int64_t width = set.values.size(1);
  const auto [least, most] = std::minmax_element(chosen.lengths.begin(), chosen.lengths.end());
  PaddedItems padded;
  padded.values = at::zeros({batch, *most, set.documents * width}, dtype);
  for (std::size_t i = 0; i < chosen.lengths.size(); ++i) {
    const auto row = static_cast<int64_t>(i) / set.documents;
    const int64_t document = static_cast<int64_t>(i) % set.documents;
    padded.values[row]
        .narrow(0, 0, chosen.lengths[i])
        .narrow(1, document * width, width)
        .copy_(set.values.narrow(0, chosen.begins[i], chosen.lengths[i]));
  }
  padded.labels = at::tensor(chosen.labels);
  if (*least < *most) {
    padded.lengths = at::tensor(chosen.lengths);
    if (set.documents > 1) padded.lengths = padded.lengths.reshape({batch, set.documents});
  }
  return padded;
}

}  // namespace gril
