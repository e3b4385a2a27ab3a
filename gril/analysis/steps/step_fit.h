#pragma once

#include <cstdint>

#include "gril/analysis/prompt_sample.h"
#include "gril/analysis/steps/descent_polynomial.h"
#include "gril/base/json.h"

namespace gril {

/// Answers to prompts as W_K x_q of some descent polynomial, by least squares.
struct StepFit {
  DescentPolynomial polynomial;
  double explained = 0.0;  ///< 1 - Σ |ŷ - W_K x_q|² / Σ |ŷ|²: 1 when the answers are of this form
  double loss = 0.0;  ///< of the fitted polynomial on the sample, half squared error, mean over
                      ///< outputs
};

/// The polynomial nearest to a model's predictions: which step sizes its behaviour shows.
/// Cost: one forward pass over the sample and a (prompts · m) × steps least-squares problem.
StepFit fit_predictions(const SequenceModel& model, const LinearRegression& task,
                        const PromptSample& sample, int64_t steps);

/// The polynomial nearest to the targets: K steps with the best step sizes of their own. The loss
/// is a parabola in the coefficients, so this is its exact minimum on the sample.
StepFit best_free_steps(const LinearRegression& task, const PromptSample& tuning, int64_t steps);

/// K steps with the best size shared by all (algorithms/in_context_algorithm.h).
StepFit best_shared_steps(const LinearRegression& task, const PromptSample& tuning, int64_t steps);

/// What step_sizes_json says of the polynomial, "explained" and "loss".
Json to_json(const StepFit& fit);

/// How many steps a model may make, one per layer that mixes tokens, layers inside others
/// included: at least 1, at most 5.
int64_t step_count(const SequenceModel& model);

}  // namespace gril
