#pragma once

#include <torch/types.h>

#include "gril/base/json.h"

namespace gril {

/// How one tensor lies to another of the same shape. A number that a tensor of zeros leaves without
/// meaning is NaN or infinite.
struct TensorDistance {
  double relative = 0.0;  ///< |A − E| / |E|
  double scale = 0.0;     ///< ⟨A, E⟩ / ⟨E, E⟩, the best factor
  double cosine = 0.0;    ///< ⟨A, E⟩ / (|A| |E|)
  double scaled = 0.0;    ///< |A − scale E| / |scale E|: 0 when they are equal up to that factor
};

/// actual A, expected E, one shape. Errors: c10::ValueError "[tensor_distance] …" otherwise.
TensorDistance tensor_distance(const torch::Tensor& actual, const torch::Tensor& expected);

/// {"relative", "scale", "cosine", "scaled"}
Json to_json(const TensorDistance& distance);

}  // namespace gril
