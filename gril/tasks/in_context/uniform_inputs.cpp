#include "gril/tasks/in_context/uniform_inputs.h"

#include <ATen/ATen.h>

#include <cmath>

namespace gril {

torch::Tensor uniform_inputs(const InputLaw& law, const at::Generator& generator, int64_t batch,
                             int64_t rows) {
  const double half_range = 0.5 * law.input_range;
  torch::Tensor x = at::empty({batch, rows, law.inputs}, at::kFloat);
  x.uniform_(-half_range, half_range, generator);
  if (law.input_correlation == 0) return x;
  const double share = std::sqrt(1 - law.input_correlation * law.input_correlation);
  for (int64_t j = 1; j < law.inputs; ++j) {
    x.select(2, j).mul_(share).add_(x.select(2, j - 1), law.input_correlation);
  }
  return x;
}

}  // namespace gril
