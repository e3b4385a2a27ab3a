#include "gril/analysis/prediction_comparison.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>

#include <cmath>
#include <numeric>
#include <utility>

#include "gril/analysis/gradient_descent_baseline.h"

namespace gril {
namespace {

/// What becomes means and quotients when all prompts have been seen.
struct Sums {
  PredictionComparison comparison = {};
  double difference_square = 0.0;  ///< Σ |ŷ - ŷ_GD|²
  double descent_square = 0.0;     ///< Σ |ŷ_GD|²
};

/// Adds one batch's distances of predictions.
void add_predictions(Sums& sums, const torch::Tensor& model, const torch::Tensor& descent) {
  const torch::Tensor distances = (model - descent).norm(2, {1});
  const torch::Tensor norms = descent.norm(2, {1});
  sums.comparison.prediction_distance += distances.sum().item<double>();
  sums.comparison.prediction_norm += norms.sum().item<double>();
  sums.difference_square += distances.square().sum().item<double>();
  sums.descent_square += norms.square().sum().item<double>();
}

void add_sensitivities(PredictionComparison& sums, const torch::Tensor& model,
                       const torch::Tensor& descent) {
  constexpr double kNormFloor = 1e-8;
  const torch::Tensor model_norms = model.norm(2, {2});
  const torch::Tensor descent_norms = descent.norm(2, {2});
  const torch::Tensor cosines = (model * descent).sum(2) / (model_norms.clamp_min(kNormFloor) *
                                                            descent_norms.clamp_min(kNormFloor));
  sums.sensitivity_cosine += cosines.sum().item<double>();
  sums.sensitivity_distance += (model - descent).norm(2, {2}).sum().item<double>();
  sums.sensitivity_norm += descent_norms.sum().item<double>();
}

void add_batch(Sums& all, const SequenceModel& model, const LinearRegression& task,
               const ComparisonOptions& options, const Prompts& batch) {
  const at::NoGradGuard no_gradients;
  PredictionComparison& sums = all.comparison;
  const torch::Tensor predictions = query_predictions(model, batch.tokens);
  const torch::Tensor descent = descent_predictions(batch, options.descent);
  append(sums.model_losses, prompt_losses(predictions, batch.targets));
  append(sums.gradient_descent_losses, prompt_losses(descent, batch.targets));
  append(sums.null_losses, prompt_losses(at::zeros_like(descent), batch.targets));
  if (options.least_squares) {
    append(sums.least_squares_losses,
           prompt_losses(least_squares_predictions(batch), batch.targets));
  }
  add_predictions(all, predictions, descent);
  if (options.sensitivities) {
    add_sensitivities(sums, query_sensitivities(model, task, batch),
                      descent_weights(batch, options.descent));
  }
}

}  // namespace

torch::Tensor query_sensitivities(const SequenceModel& model, const InContextTask& task,
                                  const Prompts& prompts) {
  const at::AutoGradMode gradients(true);
  const torch::Tensor& tokens = prompts.tokens;
  const int64_t inputs = prompts.query_inputs.size(1);
  const int64_t outputs = prompts.context_targets.size(2);
  const TokenShape shape = token_shape(task.layout(), inputs, outputs);
  // Only the last token is a leaf: gradients for the others are not wanted.
  torch::Tensor last = tokens.narrow(1, tokens.size(1) - 1, 1).detach().clone();
  last.requires_grad_(true);
  const torch::Tensor context = tokens.narrow(1, 0, tokens.size(1) - 1).detach();
  const torch::Tensor predictions = query_predictions(model, at::cat({context, last}, 1));
  std::vector<torch::Tensor> rows;
  for (int64_t output = 0; output < outputs; ++output) {
    const bool keep_graph = output + 1 < outputs;
    const torch::Tensor sum = predictions.select(1, output).sum();
    const torch::Tensor gradient = torch::autograd::grad({sum}, {last}, {}, keep_graph).front();
    rows.push_back(gradient.select(1, 0).narrow(1, shape.query_offset, inputs));
  }
  return at::stack(rows, 1);
}

PredictionComparison compare_predictions(const SequenceModel& model, const LinearRegression& task,
                                         const ComparisonOptions& options) {
  Sums sums;
  for_each_batch(task, options.sample,
                 [&](const Prompts& batch) { add_batch(sums, model, task, options, batch); });
  PredictionComparison result = std::move(sums.comparison);
  const auto prompts = static_cast<double>(options.sample.prompts);
  const double rows = prompts * static_cast<double>(task.output_size());
  result.prediction_distance /= prompts;
  result.prediction_norm /= prompts;
  result.prediction_difference = std::sqrt(sums.difference_square / sums.descent_square);
  result.sensitivity_cosine /= rows;
  result.sensitivity_distance /= rows;
  result.sensitivity_norm /= rows;
  return result;
}

double loss_ratio_spread(const PredictionComparison& comparison) {
  const std::vector<double>& model = comparison.model_losses;
  const std::vector<double>& descent = comparison.gradient_descent_losses;
  const double ratio = std::accumulate(model.begin(), model.end(), 0.0) /
                       std::accumulate(descent.begin(), descent.end(), 0.0);
  double squares = 0.0;
  double scale = 0.0;
  for (std::size_t i = 0; i < descent.size(); ++i) {
    const double difference = model[i] - ratio * descent[i];
    squares += difference * difference;
    scale += descent[i] * descent[i];
  }
  return std::sqrt(squares / scale);
}

Json to_json(const PredictionComparison& comparison, const BootstrapOptions& bootstrap) {
  const auto mean = [&](const std::vector<double>& losses) {
    return to_json(bootstrap_mean(losses, bootstrap));
  };
  return {{"loss",
           {{"model", mean(comparison.model_losses)},
            {"gradient_descent", mean(comparison.gradient_descent_losses)},
            {"least_squares", mean(comparison.least_squares_losses)},
            {"null", mean(comparison.null_losses)}}},
          {"loss_ratio_to_tuned_gd",
           to_json(bootstrap_ratio(comparison.model_losses, comparison.gradient_descent_losses,
                                   bootstrap))},
          {"prediction_distance", comparison.prediction_distance},
          {"prediction_norm", comparison.prediction_norm},
          {"prediction_difference", comparison.prediction_difference},
          {"loss_ratio_spread", loss_ratio_spread(comparison)},
          {"sensitivity_cosine", comparison.sensitivity_cosine},
          {"sensitivity_distance", comparison.sensitivity_distance},
          {"sensitivity_norm", comparison.sensitivity_norm}};
}

}  // namespace gril
