#include "gril/ops/pointwise_activation_composition.h"

#include <ATen/ATen.h>

namespace gril {

at::Tensor activated(PointwiseActivation activation, const at::Tensor& z) {
  if (activation == PointwiseActivation::kNone) return z;
  return activation == PointwiseActivation::kSilu ? at::silu(z) : at::sigmoid(z);
}

at::Tensor activation_slope(PointwiseActivation activation, const at::Tensor& z) {
  if (activation == PointwiseActivation::kNone) return at::ones_like(z);
  const at::Tensor sigmoid = at::sigmoid(z);
  const at::Tensor complement = 1 - sigmoid;
  if (activation == PointwiseActivation::kSigmoid) return sigmoid * complement;
  return sigmoid * (1 + z * complement);
}

}  // namespace gril
