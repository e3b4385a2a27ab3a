#include "gril/tasks/sequence_classification/symbol_sequences.h"

#include <ATen/ATen.h>

#include <memory>
#include <utility>

namespace gril {

void SymbolSequences::end_sequence() {
  const int64_t begin = begins_.empty() ? 0 : begins_.back() + lengths_.back();
  begins_.push_back(begin);
  lengths_.push_back(static_cast<int64_t>(values_.size()) - begin);
}

LabelledSequences SymbolSequences::sequences() && {
  const auto rows = static_cast<int64_t>(values_.size());
  const auto owner = std::make_shared<std::vector<int16_t>>(std::move(values_));
  const torch::Tensor values = at::from_blob(
      owner->data(), {rows, 1}, [owner](void* /*data*/) {}, at::kShort);
  return {values, std::move(begins_), std::move(lengths_), std::move(labels_), documents_};
}

}  // namespace gril
