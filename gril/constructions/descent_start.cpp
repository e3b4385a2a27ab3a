#include "gril/constructions/descent_start.h"

#include <ATen/ATen.h>

namespace gril {

torch::Tensor initial_weights(const GradientDescentClaim& claim) {
  const at::Tensor weights = at::zeros({claim.outputs, claim.weight_columns()}, at::kDouble);
  if (claim.starts_from_zero()) return weights;
  return at::tensor(claim.initial_weights, at::kDouble).view_as(weights);
}

std::vector<torch::Tensor> errors_at_start(const GradientDescentClaim& claim,
                                           const ExampleWindow& window) {
  const at::Tensor weights = initial_weights(claim);
  std::vector<at::Tensor> maps;
  for (std::size_t offset = 0; offset < window.inputs.size(); ++offset) {
    maps.push_back(window.targets[offset] - at::mm(weights, window.inputs[offset]));
  }
  return maps;
}

}  // namespace gril
