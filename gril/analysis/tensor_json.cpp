#include "gril/analysis/tensor_json.h"

#include <ATen/ATen.h>

namespace gril {

Json vector_json(const torch::Tensor& vector) {
  const torch::Tensor plain = vector.detach().to(torch::kFloat64).contiguous();
  const double* data = plain.data_ptr<double>();
  return std::vector<double>(data, data + plain.numel());
}

Json matrix_json(const torch::Tensor& matrix) {
  Json rows = Json::array();
  for (int64_t row = 0; row < matrix.size(0); ++row)
    rows.push_back(vector_json(matrix.select(0, row)));
  return rows;
}

Json tensor_json(const torch::Tensor& tensor) {
  if (tensor.dim() == 1) return vector_json(tensor);
  Json parts = Json::array();
  for (int64_t i = 0; i < tensor.size(0); ++i) parts.push_back(tensor_json(tensor[i]));
  return parts;
}

}  // namespace gril
