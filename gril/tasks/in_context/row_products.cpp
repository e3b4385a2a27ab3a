#include "gril/tasks/in_context/row_products.h"

#include <ATen/ATen.h>

namespace gril {
namespace {

/// The inner loop runs along memory, over the outputs of one input.
template <typename Scalar>
void add_products(const torch::Tensor& inputs, const torch::Tensor& maps,
                  const torch::Tensor& sums) {
  const int64_t batch = inputs.size(0);
  const int64_t rows = inputs.size(1);
  const int64_t width = inputs.size(2);
  const int64_t outputs = sums.size(2);
  const Scalar* input = inputs.data_ptr<Scalar>();
  const Scalar* map = maps.data_ptr<Scalar>();
  Scalar* sum = sums.data_ptr<Scalar>();
  for (int64_t b = 0; b < batch; ++b, map += width * outputs) {
    for (int64_t row = 0; row < rows; ++row, input += width, sum += outputs) {
      for (int64_t k = 0; k < width; ++k) {
        for (int64_t j = 0; j < outputs; ++j) sum[j] += input[k] * map[k * outputs + j];
      }
    }
  }
}

}  // namespace

torch::Tensor add_row_products(const torch::Tensor& inputs, const torch::Tensor& maps,
                               torch::Tensor offset) {
  if (inputs.scalar_type() == at::kFloat) {
    add_products<float>(inputs, maps, offset);
  } else {
    add_products<double>(inputs, maps, offset);
  }
  return offset;
}

}  // namespace gril
