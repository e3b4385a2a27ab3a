#pragma once

#include <torch/types.h>

#include "gril/analysis/decompiler/state_forms.h"
#include "gril/base/json.h"
#include "gril/tasks/in_context/linear_regression.h"

namespace gril {

/// The answer to one token (x ; y) from the zero state, as a polynomial: the table of coefficients
/// in which the paper shows a gradient-descent step, η/N |x|² y. Source: arXiv 2309.01775, table 2;
/// gated_rnn_attention.md 4.2.
///
/// Caution: a loss at the query, where y = 0, does not constrain this answer where y ≠ 0. A network
/// of the best loss may have quite another table; what counts is descent_coefficients.h.
struct InstantaneousMap {
  torch::Tensor squares;    ///< coefficient of x_i² y_k in output k, (m, d)
  double other_norm = 0.0;  ///< root of the sum of squares of all other coefficients
};

/// forms  of a network for the task's tokens, layout pairs (descent_obstacle)
/// cost   those of polynomial_kernels, whose error it has too; the eigenvalues take no part
InstantaneousMap instantaneous_map(const StateForms& forms, const LinearRegressionOptions& task);

/// {"squares", "other_norm", "caution"}
Json to_json(const InstantaneousMap& map);

}  // namespace gril
