#include "gril/analysis/decompiler/row_dependence.h"

#include <ATen/ATen.h>

namespace gril {

RowDependence row_dependence(const torch::Tensor& rows, double tolerance) {
  const torch::Tensor norms = rows.norm(2, {1}, /*keepdim=*/true);
  torch::Tensor rest = at::where(norms > 0, rows / norms, at::zeros_like(rows));
  torch::Tensor taken = at::zeros({rows.size(0)}, at::kBool);
  for (int64_t rank = 0; rank < rows.size(0); ++rank) {
    const torch::Tensor distances = rest.norm(2, {1}).masked_fill(taken, 0.0);
    const int64_t furthest = distances.argmax().item<int64_t>();
    if (!(distances[furthest].item<double>() > tolerance)) break;
    taken[furthest] = true;
    torch::Tensor direction = rest[furthest] / distances[furthest];
    rest = rest - at::outer(at::mv(rest, direction), direction);
  }
  RowDependence result;
  result.kept = taken.nonzero().squeeze(1);
  result.dependent = taken.logical_not().nonzero().squeeze(1);
  const torch::Tensor basis = rows.index_select(0, result.kept);
  result.coefficients = at::matmul(rows.index_select(0, result.dependent), at::linalg_pinv(basis));
  return result;
}

}  // namespace gril
