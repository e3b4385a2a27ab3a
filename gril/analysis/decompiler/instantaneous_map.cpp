#include "gril/analysis/decompiler/instantaneous_map.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "gril/analysis/decompiler/polynomial_kernels.h"
#include "gril/analysis/tensor_json.h"

namespace gril {
namespace {

using Indices = std::array<int64_t, 4>;

/// Every order in which four indices can stand.
std::vector<Indices> orders_of(Indices indices) {
  std::sort(indices.begin(), indices.end());
  std::vector<Indices> orders;
  do {
    orders.push_back(indices);
  } while (std::next_permutation(indices.begin(), indices.end()));
  return orders;
}

double order_count(const Indices& indices) {
  return static_cast<double>(orders_of(indices).size());
}

/// Sum of the squares of all coefficients: a monomial whose indices stand in o orders has the
/// coefficient o·Z and occurs o times in Z.
double coefficient_square(const torch::Tensor& kernel) {
  const torch::Tensor squares = kernel.square().sum(0).contiguous();
  const double* square = squares.data_ptr<double>();
  const int64_t width = kernel.size(1);
  double sum = 0.0;
  for (int64_t a = 0; a < width; ++a) {
    for (int64_t b = 0; b < width; ++b) {
      for (int64_t c = 0; c < width; ++c) {
        for (int64_t e = 0; e < width; ++e) sum += order_count({a, b, c, e}) * *square++;
      }
    }
  }
  return sum;
}

}  // namespace

InstantaneousMap instantaneous_map(const StateForms& forms, const LinearRegressionOptions& task) {
  const torch::Tensor kernel = one_token_kernel(forms);
  const torch::Tensor others = kernel.clone();
  const int64_t one = kernel.size(1) - 1;
  InstantaneousMap map;
  map.squares = at::zeros({task.outputs, task.inputs}, at::kDouble);
  for (int64_t k = 0; k < task.outputs; ++k) {
    for (int64_t i = 0; i < task.inputs; ++i) {
      const auto orders = orders_of({i, i, task.inputs + k, one});
      for (const auto& [a, b, c, e] : orders) {
        map.squares[k][i] += kernel[k][a][b][c][e];
        others[k][a][b][c][e] = 0.0;
      }
    }
  }
  map.other_norm = std::sqrt(coefficient_square(others));
  return map;
}

Json to_json(const InstantaneousMap& map) {
  return {
      {"squares", matrix_json(map.squares)},
      {"other_norm", map.other_norm},
      {"caution",
       "A loss at the query alone does not constrain the answer to a token with y other than 0: "
       "this table may differ from gradient descent's though the network computes the step."}};
}

}  // namespace gril
