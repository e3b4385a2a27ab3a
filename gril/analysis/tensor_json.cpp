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

}  // namespace gril
