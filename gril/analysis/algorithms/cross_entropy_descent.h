#pragma once

#include <torch/types.h>

#include <cstdint>
#include <vector>

#include "gril/tasks/in_context/in_context_task.h"

namespace gril {

/// Gradient descent from W_0 = 0 on the cross-entropy of the context,
///
///     L(W) = −(1/N) Σ_i y_iᵀ log softmax(W x_i)
///     W_k  = W_{k−1} − (η_k/N) Σ_i (softmax(W_{k−1} x_i) − y_i) x_iᵀ
///
/// with one-hot context targets y_i; its scores of the query's classes are W_K x_q. Source: gril.md
/// 5; reference values: gril.md 1.5.

/// W_K for the rates η_1 … η_K.
///
/// prompts  inputs (B, N, d), targets (B, N, C), in float64
/// rates    (K), in float64; the result is differentiable in them
/// returns  (B, C, d)
/// cost     4 B N d C operations per step
torch::Tensor cross_entropy_descent_weights(const Prompts& prompts, const torch::Tensor& rates);

/// W_K x_q, (B, C).
torch::Tensor cross_entropy_descent_scores(const Prompts& prompts, const torch::Tensor& rates);

/// One rate for all K steps, as (K), with the least cross-entropy of the queries of tuning prompts,
/// whose targets are classes: 13 points over four decades around the scale of the inputs, then a
/// golden-section search to a thousandth. Errors: InvalidArgument "[cross_entropy_descent] …" when
/// steps is below 1.
torch::Tensor tuned_shared_rates(int64_t steps, const Prompts& tuning);

/// A positive rate for each step, (K), found by quasi-Newton steps on the logarithms of the rates
/// from rising and from falling ones around `shared`; the better end, never worse than `shared`.
/// Here the steps do not commute, so their order matters.
///
/// shared  (K), tuned_shared_rates
torch::Tensor tuned_free_rates(const torch::Tensor& shared, const Prompts& tuning);

}  // namespace gril
