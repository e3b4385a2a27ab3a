#include "gril/evaluation/evaluation_set.h"

#include <ATen/ATen.h>

#include "gril/base/check.h"
#include "gril/tasks/sequence_classification/sequence_classification.h"

namespace gril {
namespace {

/// (B): of each sequence the tokens of its longest document.
std::vector<int64_t> lengths_of(const Batch& batch) {
  const auto sequences = static_cast<std::size_t>(batch.tokens.size(0));
  if (!batch.lengths.defined()) return std::vector<int64_t>(sequences, batch.tokens.size(1));
  const torch::Tensor longest = batch.lengths.reshape({batch.lengths.size(0), -1}).amax({1});
  const torch::Tensor numbers = longest.cpu().contiguous();
  return {numbers.data_ptr<int64_t>(), numbers.data_ptr<int64_t>() + numbers.numel()};
}

/// The first `length` tokens.
Batch first_tokens(const Scoring& scoring, Batch batch, int64_t length) {
  batch.tokens = batch.tokens.narrow(1, 0, length);
  if (scoring.positions != Positions::kLast) batch.targets = batch.targets.narrow(1, 0, length);
  if (batch.marked.defined()) batch.marked = batch.marked.narrow(1, 0, length);
  return batch;
}

}  // namespace

EvaluationSet evaluation_set(const Scoring& scoring, const Batch& batch) {
  const auto rows = [scoring, batch](int64_t first, int64_t count) {
    const Batch some = batch_rows(batch, first, count);
    if (!some.lengths.defined() || count == 0) return some;
    return first_tokens(scoring, some, some.lengths.max().item<int64_t>());
  };
  return {.lengths = lengths_of(batch), .rows = rows};
}

EvaluationSet evaluation_set(const Task& task, int64_t tasks, uint64_t seed, torch::Dtype dtype) {
  require(tasks >= 1, "evaluate", "the number of tasks must be at least 1; got ", tasks, ".");
  const auto* labelled = dynamic_cast<const SequenceClassification*>(&task);
  if (labelled == nullptr) {
    return evaluation_set(task.scoring(), task.evaluation_batch(tasks, seed, dtype));
  }
  const std::vector<int64_t> items = labelled->evaluation_items(tasks, seed);
  const auto rows = [labelled, items, dtype](int64_t first, int64_t count) {
    return labelled->evaluation_sequences({items.begin() + first, items.begin() + first + count},
                                          dtype);
  };
  return {.lengths = labelled->evaluation_lengths(items), .rows = rows};
}

}  // namespace gril
