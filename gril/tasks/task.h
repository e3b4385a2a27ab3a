#pragma once

#include <torch/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "gril/base/json.h"
#include "gril/tasks/batch.h"
#include "gril/tasks/example_labels.h"
#include "gril/tasks/scoring.h"

namespace gril {

/// A source of batches. Every one is a function of its arguments alone.
class Task {
 public:
  virtual ~Task() = default;

  /// `batch` ≥ 1 sequences drawn from `seed`, tokens and targets that are numbers in `dtype`
  /// (float32 or float64), on the CPU. The draws are the same float32 numbers in both: one seed
  /// means one set of sequences.
  /// Errors: InvalidArgument for an empty batch or another dtype.
  virtual Batch sample(int64_t batch, uint64_t seed, torch::Dtype dtype) const = 0;

  /// Batch `step` = 0, 1, … of a training with this seed; an optimizer step takes one, or several
  /// with training.accumulate. Here: fresh sequences, sample(batch, child_seed(seed, "training
  /// batch", step), dtype); a task with a fixed training set goes through
  /// it instead.
  virtual Batch training_batch(int64_t step, int64_t batch, uint64_t seed,
                               torch::Dtype dtype) const;

  /// The sequences on which models are compared. Here: sample(sequences, evaluation_seed(seed),
  /// dtype); a task with a validation set takes its sequences instead, at most `sequences`.
  virtual Batch evaluation_batch(int64_t sequences, uint64_t seed, torch::Dtype dtype) const;

  /// Width of a token, and of an output: numbers predicted, or classes.
  virtual int64_t token_width() const = 0;
  virtual int64_t output_size() const = 0;

  /// Different symbols that tokens may be, 0 … symbols() - 1; 0: tokens are numbers.
  virtual int64_t symbols() const { return 0; }

  /// What each symbol stands for, symbols() texts; empty where that is not text. Stored in the
  /// model file, so that a model can be used without the data it was trained on.
  virtual std::vector<std::string> vocabulary() const { return {}; }

  /// The parts of a fixed data set that evaluation may read, values of the key "split": validation,
  /// test or both. Empty: sequences are drawn afresh.
  virtual std::vector<std::string> splits() const { return {}; }

  /// What the outputs are compared with, and at which tokens.
  virtual Scoring scoring() const = 0;

  /// The words beside the numbers of `example`, a batch of one.
  virtual ExampleLabels labels(const Batch& example) const = 0;

  /// Every option with its value, "kind" first: the section [task] of an experiment and the
  /// "gril_task" of a model file. make_task(config()) is an equal task, down to what it drew for
  /// itself (a teacher).
  virtual Json config() const = 0;
};

/// The seed of evaluation sequences, child_seed(seed, "evaluation tasks"): training and analysis
/// take them from one place.
uint64_t evaluation_seed(uint64_t seed);

/// What every sample() demands. Errors: InvalidArgument "[where] …" unless batch ≥ 1 and dtype is
/// float32 or float64.
void check_sample_request(int64_t batch, torch::Dtype dtype, const char* where);

}  // namespace gril
