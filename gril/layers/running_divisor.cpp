#include "gril/layers/running_divisor.h"

#include <ATen/ATen.h>

#include "gril/ops/linear_scan/linear_scan.h"

namespace gril {

const std::vector<std::string>& normalisation_names() {
  static const std::vector<std::string> names = {"none", "count", "power"};
  return names;
}

DividedReadings divide_by_running_divisor(const torch::Tensor& readings,
                                          const torch::Tensor& weights, const torch::Tensor& decay,
                                          const torch::Tensor& divisor, bool strict) {
  const int64_t updates = weights.size(1);
  const at::Tensor before =
      divisor.defined() ? divisor : at::zeros_like(weights.select(1, 0)).detach();
  const at::Tensor after = linear_scan(decay, weights, before);
  at::Tensor read = after;
  if (strict) read = at::cat({before.unsqueeze(1), after.narrow(1, 0, updates - 1)}, 1);
  const at::Tensor safe = at::where(read > 0, read, at::ones_like(read));
  return {readings / safe.unsqueeze(-1), after.select(1, updates - 1).clone()};
}

}  // namespace gril
