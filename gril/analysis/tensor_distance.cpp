#include "gril/analysis/tensor_distance.h"

#include <ATen/ATen.h>

#include <cmath>

namespace gril {

TensorDistance tensor_distance(const torch::Tensor& actual, const torch::Tensor& expected) {
  TORCH_CHECK_VALUE(actual.sizes() == expected.sizes(),
                    "[tensor_distance] both tensors must have one shape; got ", actual.sizes(),
                    " and ", expected.sizes(), ".");
  const double product = (actual * expected).sum().item<double>();
  const double actual_square = actual.square().sum().item<double>();
  const double expected_square = expected.square().sum().item<double>();
  TensorDistance result;
  result.relative = (actual - expected).norm().item<double>() / std::sqrt(expected_square);
  result.scale = product / expected_square;
  result.cosine = product / std::sqrt(actual_square * expected_square);
  result.scaled = (actual - result.scale * expected).norm().item<double>() /
                  std::sqrt(result.scale * result.scale * expected_square);
  return result;
}

Json to_json(const TensorDistance& distance) {
  return {{"relative", distance.relative},
          {"scale", distance.scale},
          {"cosine", distance.cosine},
          {"scaled", distance.scaled}};
}

}  // namespace gril
