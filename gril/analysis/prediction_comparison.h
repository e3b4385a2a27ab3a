#pragma once

#include <torch/types.h>

#include <vector>

#include "gril/analysis/bootstrap.h"
#include "gril/analysis/prompt_sample.h"
#include "gril/analysis/steps/descent_polynomial.h"

namespace gril {

/// J = ∂ŷ/∂x_q, (B, m, d): how the model's prediction answers to the query part of the last token,
/// by automatic differentiation. Every way the query enters counts, the state update included.
/// Cost: m backward passes.
torch::Tensor query_sensitivities(const SequenceModel& model, const InContextTask& task,
                                  const Prompts& prompts);

/// A model beside gradient descent on the same prompts. Losses are half squared errors, mean over
/// outputs, one number per prompt. Source of the distances: von Oswald et al. 2023.
struct PredictionComparison {
  std::vector<double> model_losses;
  std::vector<double> gradient_descent_losses;
  std::vector<double> least_squares_losses;
  std::vector<double> null_losses;     ///< of the prediction 0
  double prediction_distance = 0.0;    ///< mean |ŷ - ŷ_GD|₂ over prompts
  double prediction_norm = 0.0;        ///< mean |ŷ_GD|₂, the scale of the line above
  double prediction_difference = 0.0;  ///< rms(ŷ - ŷ_GD) / rms(ŷ_GD), over prompts and outputs
  double sensitivity_cosine = 0.0;     ///< mean over prompts and outputs of cos(J, J_GD)
  double sensitivity_distance = 0.0;   ///< mean over prompts and outputs of |J - J_GD|₂
  double sensitivity_norm = 0.0;       ///< mean |J_GD|₂, the scale of the line above
};

/// What to compare with and on which prompts.
struct ComparisonOptions {
  PromptSample sample;
  DescentPolynomial descent;  ///< its steps; {η} for one
  bool sensitivities = true;  ///< without them the three sensitivity numbers stay 0
  bool least_squares = true;  ///< without it least_squares_losses stays empty
};

/// In the cosine a norm below 1e-8 counts as 1e-8; the source adds 1e-8 to both norms instead,
/// which moves the cosine by about 1e-8 and keeps a perfect network from reaching 1.
PredictionComparison compare_predictions(const SequenceModel& model, const LinearRegression& task,
                                         const ComparisonOptions& options);

/// How far the ratio of the losses runs from prompt to prompt: with r the ratio of the mean losses,
/// rms(L_i - r L_GD,i) / rms(L_GD,i), the deviation of the ratios with the squared losses of the
/// descent as weights. 0 where every prompt has the same ratio; NaN where all losses of the descent
/// are 0.
double loss_ratio_spread(const PredictionComparison& comparison);

/// The file predictions.json; the format is in gril/analysis/README.md.
Json to_json(const PredictionComparison& comparison, const BootstrapOptions& bootstrap);

}  // namespace gril
