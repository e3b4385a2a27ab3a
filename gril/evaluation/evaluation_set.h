#pragma once

#include <torch/types.h>

#include <cstdint>
#include <functional>
#include <vector>

#include "gril/tasks/batch.h"
#include "gril/tasks/scoring.h"
#include "gril/tasks/task.h"

namespace gril {

/// The sequences of an evaluation, in their order, put together a few at a time: a whole test set
/// padded to its longest sequence may be larger than memory.
struct EvaluationSet {
  std::vector<int64_t> lengths;  ///< tokens of each sequence, of its longest document
  /// The sequences first … first + count - 1, padded to the longest of them.
  std::function<Batch(int64_t first, int64_t count)> rows;

  int64_t size() const { return static_cast<int64_t>(lengths.size()); }
};

/// The sequences of a batch, as views that end with the longest sequence in them.
EvaluationSet evaluation_set(const Scoring& scoring, const Batch& batch);

/// The sequences of Task::evaluation_batch, in the same order. Those of labelled sequences
/// (sequence_classification.h) are made when they are looked at, so that the set takes no memory of
/// its own; all others lie in memory as one batch.
///
/// task    must live as long as the set
/// errors  InvalidArgument when tasks < 1
EvaluationSet evaluation_set(const Task& task, int64_t tasks, uint64_t seed, torch::Dtype dtype);

}  // namespace gril
