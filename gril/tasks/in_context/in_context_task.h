#pragma once

#include <torch/types.h>

#include <cstdint>

#include "gril/base/token_layout.h"
#include "gril/tasks/task.h"

namespace gril {

/// A batch of prompts with the numbers their tokens were made of. B prompts, N examples, d inputs,
/// m outputs; the targets (B, m) are the labels of the queries.
struct Prompts : Batch {
  torch::Tensor context_inputs;   ///< (B, N, d), x_i
  torch::Tensor context_targets;  ///< (B, N, m), y_i as shown (label noise included)
  torch::Tensor query_inputs;     ///< (B, d), x_q
  /// (N, K), the marker of every example, the same in all prompts; undefined without segments.
  torch::Tensor context_markers = {};
};

/// The prompts first … first + count - 1, as views.
inline Prompts prompt_rows(const Prompts& prompts, int64_t first, int64_t count) {
  return {batch_rows(prompts, first, count), prompts.context_inputs.narrow(0, first, count),
          prompts.context_targets.narrow(0, first, count),
          prompts.query_inputs.narrow(0, first, count), prompts.context_markers};
}

/// A task whose sequences are context examples and a query, laid out as tokens; scored at the last
/// token.
class InContextTask : public Task {
 public:
  /// What sample() gives, with the context beside it. Same rules.
  virtual Prompts sample_prompts(int64_t batch, uint64_t seed, torch::Dtype dtype) const = 0;
  /// What evaluation_batch() gives, with the context beside it. Here: the law of training from
  /// evaluation_seed(seed); a task of real data keeps some of them for these prompts.
  virtual Prompts evaluation_prompts(int64_t prompts, uint64_t seed, torch::Dtype dtype) const {
    return sample_prompts(prompts, evaluation_seed(seed), dtype);
  }
  virtual TokenLayout layout() const = 0;

  Batch sample(int64_t batch, uint64_t seed, torch::Dtype dtype) const override {
    return sample_prompts(batch, seed, dtype);
  }
  Batch evaluation_batch(int64_t sequences, uint64_t seed, torch::Dtype dtype) const override {
    return evaluation_prompts(sequences, seed, dtype);
  }
};

}  // namespace gril
