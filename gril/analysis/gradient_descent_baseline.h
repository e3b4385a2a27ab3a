#pragma once

#include <torch/types.h>

#include <vector>

#include "gril/analysis/prompt_sample.h"

namespace gril {

/// The algorithm a network is compared with: one gradient-descent step from W0 = 0 on
/// L(W) = 1/(2N) Σ_i |W x_i - y_i|², so that
///     W_1 = (η/N) Σ_i y_i x_iᵀ,    ŷ_q = W_1 x_q.
/// Source: von Oswald et al. 2023.

/// W_1 for η = 1, (B, m, d); also the sensitivity ∂ŷ_q/∂x_q of the step.
torch::Tensor unit_step_weights(const Prompts& batch);

/// ŷ_q for a learning rate η, (B, m).
torch::Tensor gradient_descent_predictions(const Prompts& batch, double learning_rate);

/// ŷ_q of the least-squares solution of least norm, Wᵀ = X⁺ Y, (B, m): the exact solution where
/// the context determines it. Cost: one singular value decomposition per prompt.
torch::Tensor least_squares_predictions(const Prompts& batch);

/// Loss of the step as a parabola in η, half squared error, mean over outputs:
///     L(η) = ½ (a - 2 b η + c η²).
struct LossParabola {
  double a = 0.0;
  double b = 0.0;
  double c = 0.0;

  double loss(double learning_rate) const {
    return 0.5 * (a - 2.0 * b * learning_rate + c * learning_rate * learning_rate);
  }
  double best_learning_rate() const { return b / c; }
};

/// The parabola of the task's law, exactly: constructions/optimal_learning_rate.h.
LossParabola expected_loss_parabola(const LinearRegressionOptions& task);
/// The parabola of a sample of prompts: a, b, c are means over its prompts and outputs.
LossParabola sampled_loss_parabola(const LinearRegression& task, const PromptSample& sample);

/// Gradient descent with the best learning rate on tuning prompts.
struct GradientDescentBaseline {
  std::vector<double> scanned_rates;   ///< 0.001 + 0.1 k, k = 0 … 249, the literature's grid
  std::vector<double> scanned_losses;  ///< on the tuning prompts
  double scanned_rate = 0.0;           ///< the best of the grid
  double learning_rate = 0.0;          ///< refined: the parabola's vertex, the exact optimum
  double tuning_loss = 0.0;            ///< at learning_rate, on the tuning prompts
  double closed_form_rate = 0.0;       ///< optimum of the task's law
  double closed_form_loss = 0.0;       ///< expected loss there
  double null_loss = 0.0;              ///< expected loss of the prediction 0
};

/// Finds the learning rate. `tuning` must be another sample than the one reported.
/// Cost: one pass over the tuning prompts, since the loss is a parabola in η.
GradientDescentBaseline tune_gradient_descent(const LinearRegression& task,
                                              const PromptSample& tuning);

/// The file gradient_descent.json; the format is in gril/analysis/README.md.
Json to_json(const GradientDescentBaseline& baseline);

}  // namespace gril
