#include "gril/tasks/in_context/uniform_inputs.h"

#include <ATen/ATen.h>

#include <cmath>

namespace gril {

torch::Tensor uniform_inputs(const at::Generator& generator, int64_t batch, int64_t rows,
                             int64_t inputs, double input_range, double input_correlation) {
  const double half_range = 0.5 * input_range;
  torch::Tensor x = at::empty({batch, rows, inputs}, at::kFloat);
  x.uniform_(-half_range, half_range, generator);
  if (input_correlation == 0) return x;
  const double share = std::sqrt(1 - input_correlation * input_correlation);
  for (int64_t j = 1; j < inputs; ++j) {
    x.select(2, j).mul_(share).add_(x.select(2, j - 1), input_correlation);
  }
  return x;
}

}  // namespace gril
