#pragma once

#include <torch/types.h>

#include "gril/base/json.h"

namespace gril {

/// A vector (n) or a matrix (n, k) as an array or an array of rows.
Json vector_json(const torch::Tensor& vector);
Json matrix_json(const torch::Tensor& matrix);
/// A tensor of one axis or more as nested arrays, the first axis outermost.
Json tensor_json(const torch::Tensor& tensor);

}  // namespace gril
