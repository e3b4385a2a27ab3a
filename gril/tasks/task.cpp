#include "gril/tasks/task.h"

#include "gril/base/check.h"
#include "gril/base/seed.h"

namespace gril {

Batch Task::training_batch(int64_t step, int64_t batch, uint64_t seed, torch::Dtype dtype) const {
  return sample(batch, child_seed(seed, "training batch", static_cast<uint64_t>(step)), dtype);
}

Batch Task::evaluation_batch(int64_t sequences, uint64_t seed, torch::Dtype dtype) const {
  return sample(sequences, evaluation_seed(seed), dtype);
}

uint64_t evaluation_seed(uint64_t seed) { return child_seed(seed, "evaluation tasks"); }

void check_sample_request(int64_t batch, torch::Dtype dtype, const char* where) {
  require(batch >= 1, where, "a batch must hold at least 1 sequence; got ", batch, ".");
  require(dtype == torch::kFloat || dtype == torch::kDouble, where,
          "dtype must be float32 or float64; got ", dtype, ".");
}

}  // namespace gril
