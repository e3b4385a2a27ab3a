#pragma once

#include <torch/types.h>

#include "gril/tasks/in_context/in_context_task.h"

namespace gril {

/// Logistic regression on the context with a ridge penalty ρ: the W with the least
///
///     −(1/N) Σ_i y_iᵀ log softmax(W x_i) + ½ ρ |W|²,
///
/// one-hot y_i, no intercept. It is found by accelerated steps on the quadratic bound of Böhning
/// (1992): softmax's Hessian is at most ½ I, so (½ S + ρ I)⁻¹, S = (1/N) Σ x_i x_iᵀ, is a step that
/// never goes too far, and one decomposition per prompt serves all steps.
///
/// prompts    inputs (B, N, d), targets (B, N, C), in float64
/// penalty    ρ, above 0
/// tolerance  steps end when none moves a weight by more than this share of the largest
/// returns    (B, C, d)
/// errors     InvalidArgument "[logistic_regression] …" when penalty is not above 0
/// cost       4 B N d C operations per step; log(1/tolerance)/√(2ρ/(σ + 2ρ)) steps, σ the largest
///            eigenvalue of S, and never more than 5000
torch::Tensor logistic_regression_weights(const Prompts& prompts, double penalty,
                                          double tolerance = 1e-9);

/// W x_q, (B, C).
torch::Tensor logistic_regression_scores(const Prompts& prompts, double penalty,
                                         double tolerance = 1e-9);

/// ρ with the least cross-entropy of the queries of tuning prompts, whose targets are classes: 13
/// points over four decades around the scale of S, then a golden-section search to a hundredth.
double tuned_logistic_penalty(const Prompts& tuning);

}  // namespace gril
