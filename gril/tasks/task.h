#pragma once

#include <torch/types.h>

#include <cstdint>

#include "gril/base/json.h"
#include "gril/base/token_layout.h"

namespace gril {

/// A batch of in-context regression prompts. B batch, T tokens, N examples, d inputs, m outputs.
struct Batch {
  torch::Tensor tokens;           ///< (B, T, width), what the model sees
  torch::Tensor targets;          ///< (B, m), the label of the query, never shown
  torch::Tensor context_inputs;   ///< (B, N, d), x_i
  torch::Tensor context_targets;  ///< (B, N, m), y_i as shown (label noise included)
  torch::Tensor query_inputs;     ///< (B, d), x_q
};

/// A source of batches. sample() depends on its arguments alone.
class Task {
 public:
  virtual ~Task() = default;

  /// `batch` ≥ 1 prompts drawn from `seed`, in `dtype` (float32 or float64), on the CPU. The draws
  /// are the same float32 numbers in both: one seed means one set of prompts.
  /// Errors: InvalidArgument for an empty batch or another dtype.
  virtual Batch sample(int64_t batch, uint64_t seed, torch::Dtype dtype) const = 0;

  /// Width of a token and of a prediction.
  virtual int64_t token_width() const = 0;
  virtual int64_t output_size() const = 0;
  virtual TokenLayout layout() const = 0;

  /// Every option with its value, "kind" first: the section [task] of an experiment and the
  /// "gril_task" of a model file. make_task(config()) is an equal task.
  virtual Json config() const = 0;
};

}  // namespace gril
