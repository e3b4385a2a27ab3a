#pragma once

#include <torch/types.h>

#include "gril/tasks/in_context/in_context_task.h"

namespace gril {

/// What algorithms on the squared loss of a context see of it. With the Hessian
/// S = (1/N) Σ_i x_i x_iᵀ = Σ_e σ_e u_e u_eᵀ and G = (1/N) Σ_i y_i x_iᵀ, gradient descent from
/// zero, ridge regression and least squares all give
///
///     Ŵ = Σ_e f(σ_e) G u_e u_eᵀ
///
/// with a filter f of their own (in_context_algorithm.h).
struct ContextSpectrum {
  torch::Tensor eigenvalues;  ///< σ, (B, d), ascending, at least 0
  torch::Tensor axes;         ///< u as columns, (B, d, d)
  torch::Tensor gradients;    ///< G u_e, (B, m, d)
  torch::Tensor queries;      ///< u_eᵀ x_q, (B, d)
};

/// Cost: B eigen-decompositions of d × d matrices.
ContextSpectrum context_spectrum(const Prompts& prompts);

/// Ŵ for a filter's values f(σ), (B, d): (B, m, d).
torch::Tensor filtered_weights(const ContextSpectrum& spectrum, const torch::Tensor& filter);

/// Ŵ x_q, (B, m).
torch::Tensor filtered_predictions(const ContextSpectrum& spectrum, const torch::Tensor& filter);

}  // namespace gril
