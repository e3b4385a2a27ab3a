#pragma once

#include <torch/types.h>

namespace gril {

/// Which rows of a matrix the others can be made of:
///     rows[dependent[i]] = Σ_j coefficients[i, j] rows[kept[j]].
struct RowDependence {
  torch::Tensor kept;          ///< (r), int64, ascending: a basis of the row space
  torch::Tensor dependent;     ///< (n - r), int64, ascending
  torch::Tensor coefficients;  ///< (n - r, r)
};

/// Rows are taken one after another, the one furthest from the span of those taken first, so that
/// the coefficients stay small. A row depends on the others when its distance from their span is at
/// most `tolerance` times its norm; a row of zeros always does.
///
/// rows  (n, p), float64. Cost: n·p·r multiply-adds.
RowDependence row_dependence(const torch::Tensor& rows, double tolerance);

}  // namespace gril
