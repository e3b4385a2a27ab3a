#include "gril/analysis/gradient_descent_baseline.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "gril/constructions/optimal_learning_rate.h"

namespace gril {

torch::Tensor unit_step_weights(const Prompts& batch) {
  const auto examples = static_cast<double>(batch.context_inputs.size(1));
  return at::bmm(batch.context_targets.transpose(1, 2), batch.context_inputs) / examples;
}

torch::Tensor gradient_descent_predictions(const Prompts& batch, double learning_rate) {
  return learning_rate *
         at::bmm(unit_step_weights(batch), batch.query_inputs.unsqueeze(2)).squeeze(2);
}

torch::Tensor least_squares_predictions(const Prompts& batch) {
  const torch::Tensor weights =
      at::bmm(at::linalg_pinv(batch.context_inputs), batch.context_targets);
  return at::bmm(batch.query_inputs.unsqueeze(1), weights).squeeze(1);
}

LossParabola expected_loss_parabola(const LinearRegressionOptions& task) {
  const RegressionLaw law{.inputs = task.inputs,
                          .examples = task.examples,
                          .input_range = task.input_range,
                          .weight_scale = task.weight_scale,
                          .noise_variance = noise_of(task).variance(),
                          .input_correlation = task.input_correlation};
  const double at_zero = expected_one_step_loss(law, 0.0);
  const double forwards = expected_one_step_loss(law, 1.0);
  const double backwards = expected_one_step_loss(law, -1.0);
  return {2.0 * at_zero, 0.5 * (backwards - forwards), forwards + backwards - 2.0 * at_zero};
}

LossParabola sampled_loss_parabola(const LinearRegression& task, const PromptSample& sample) {
  LossParabola sums;
  for_each_batch(task, sample, [&](const Prompts& batch) {
    const torch::Tensor step = gradient_descent_predictions(batch, 1.0);
    sums.a += batch.targets.square().sum().item<double>();
    sums.b += (batch.targets * step).sum().item<double>();
    sums.c += step.square().sum().item<double>();
  });
  const auto count = static_cast<double>(sample.prompts * task.output_size());
  return {sums.a / count, sums.b / count, sums.c / count};
}

GradientDescentBaseline tune_gradient_descent(const LinearRegression& task,
                                              const PromptSample& tuning) {
  const LossParabola sampled = sampled_loss_parabola(task, tuning);
  const LossParabola expected = expected_loss_parabola(task.options());
  GradientDescentBaseline baseline;
  constexpr int kGridPoints = 250;
  for (int k = 0; k < kGridPoints; ++k) {
    baseline.scanned_rates.push_back(0.001 + 0.1 * k);
    baseline.scanned_losses.push_back(sampled.loss(baseline.scanned_rates.back()));
  }
  const auto best =
      std::min_element(baseline.scanned_losses.begin(), baseline.scanned_losses.end());
  baseline.scanned_rate =
      baseline.scanned_rates[static_cast<std::size_t>(best - baseline.scanned_losses.begin())];
  baseline.learning_rate = sampled.best_learning_rate();
  baseline.tuning_loss = sampled.loss(baseline.learning_rate);
  baseline.closed_form_rate = expected.best_learning_rate();
  baseline.closed_form_loss = expected.loss(baseline.closed_form_rate);
  baseline.null_loss = expected.loss(0.0);
  return baseline;
}

Json to_json(const GradientDescentBaseline& baseline) {
  return {{"scan",
           {{"learning_rates", baseline.scanned_rates},
            {"losses", baseline.scanned_losses},
            {"best", baseline.scanned_rate}}},
          {"learning_rate", baseline.learning_rate},
          {"tuning_loss", baseline.tuning_loss},
          {"closed_form",
           {{"learning_rate", baseline.closed_form_rate},
            {"loss", baseline.closed_form_loss},
            {"null_loss", baseline.null_loss}}}};
}

}  // namespace gril
