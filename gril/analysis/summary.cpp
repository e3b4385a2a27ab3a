#include "gril/analysis/summary.h"

#include <limits>
#include <string>

#include "gril/analysis/conclusion.h"
#include "gril/analysis/furthest_ratio.h"
#include "gril/analysis/metric_list.h"
#include "gril/evaluation/loss.h"

namespace gril {
namespace {

/// How the losses of prediction_comparison.h are made.
constexpr Scoring kScoring{.loss = LossKind::kHalfSquaredError, .positions = Positions::kLast};

void add_losses(MetricList& list, const SummaryParts& parts, const BootstrapOptions& bootstrap) {
  const std::string unit = loss_convention(kScoring);
  const PredictionComparison& found = parts.comparison;
  const Estimate loss = bootstrap_mean(found.model_losses, bootstrap);
  list.add("loss", loss, unit, "loss of the network");
  list.add("mean_squared_error", Estimate{2 * loss.value, 2 * loss.low, 2 * loss.high},
           loss_convention({.loss = LossKind::kMeanSquaredError, .positions = kScoring.positions}),
           "the same error per coordinate, without the factor 1/2");
  list.add("gradient_descent_loss", bootstrap_mean(found.gradient_descent_losses, bootstrap), unit,
           "loss of one gradient-descent step with the tuned learning rate, same prompts");
  list.add("loss_ratio_to_tuned_gd",
           bootstrap_ratio(found.model_losses, found.gradient_descent_losses, bootstrap), "ratio",
           "loss of the network over that of tuned gradient descent, same prompts");
  list.add("gradient_descent_expected_loss", parts.baseline.closed_form_loss, unit,
           "expected loss of the best step over the task's law, in closed form");
  list.add("least_squares_loss", bootstrap_mean(found.least_squares_losses, bootstrap), unit,
           "loss of the exact least-squares solution of least norm, same prompts");
  list.add("null_loss", bootstrap_mean(found.null_losses, bootstrap), unit,
           "loss of always predicting 0, same prompts");
}

void add_distances(MetricList& list, const PredictionComparison& found) {
  list.add("prediction_distance", found.prediction_distance, "units of y",
           "mean L2 distance of the predictions of network and gradient descent");
  list.add("prediction_norm", found.prediction_norm, "units of y",
           "mean L2 norm of gradient descent's predictions");
  list.add("prediction_difference", found.prediction_difference, "share",
           "rms distance of the predictions of network and gradient descent, over the rms of the "
           "latter");
  list.add("loss_ratio_spread", loss_ratio_spread(found), "share",
           "spread over prompts of the ratio of the two losses");
  list.add("sensitivity_cosine", found.sensitivity_cosine, "cosine",
           "mean over prompts and outputs of the cosine between the two derivatives by the query");
  list.add("sensitivity_distance", found.sensitivity_distance, "units of y per unit of x",
           "mean over prompts and outputs of the L2 distance between the two derivatives");
  list.add("sensitivity_norm", found.sensitivity_norm, "units of y per unit of x",
           "mean L2 norm of gradient descent's derivative");
}

void add_rates(MetricList& list, const GradientDescentBaseline& baseline) {
  list.add("gradient_descent_learning_rate", baseline.learning_rate, "η",
           "learning rate of gradient descent, tuned on other prompts");
  list.add("gradient_descent_expected_learning_rate", baseline.closed_form_rate, "η",
           "best learning rate over the task's law, in closed form");
}

void add_weights(MetricList& list, const Json& weights) {
  if (!weights["applies"].get<bool>()) return;
  const auto number = [&](const char* block, const char* key) {
    return weights[block][key].get<double>();
  };
  list.add("window_off_target", number("window", "off_target"), "share",
           "largest window weight that the construction leaves at 0, over the target weight");
  list.add("query_off_target", number("query", "off_target"), "share",
           "the same for the weights that select the query");
  list.add("update_cosine", weights["update"]["newest"]["cosine"].get<double>(), "cosine",
           "cosine between the whole updates of network and construction, newest example");
  list.add("update_cosine_oldest", weights["update"]["oldest"]["cosine"].get<double>(), "cosine",
           "the same for the oldest example, after all decay");
  if (!weights["readout"]["applies"].get<bool>()) return;
  list.add("readout_off_diagonal", number("readout", "off_diagonal_rms"), "share",
           "root mean square of the readout off the diagonal, over the mean of the diagonal");
  list.add("readout_diagonal_spread", number("readout", "diagonal_spread"), "share",
           "standard deviation of the readout's diagonal, over its mean");
  list.add("learning_rate_per_example", weights["learning_rate_per_example"].get<double>(), "η/N",
           "effective learning rate over the number of examples, from the weights");
}

void add_decays(MetricList& list, const Json& eigenvalues) {
  for (const Json& layer : eigenvalues["layers"]) {
    if (!layer["applies"].get<bool>()) continue;
    const std::string suffix = eigenvalues["layers"].size() > 1
                                   ? "_layer_" + std::to_string(layer["layer"].get<int>())
                                   : "";
    list.add("decay_lowest" + suffix, layer["lowest"].get<double>(), "per update",
             "smallest diagonal factor of the recurrence");
    list.add("decay_highest" + suffix, layer["highest"].get<double>(), "per update",
             "largest diagonal factor of the recurrence");
  }
}

/// The ratios of a sweep at settings up to `highest`.
std::vector<double> ratios_up_to(const Json& shift, double highest) {
  std::vector<double> ratios;
  for (const Json& point : shift["points"]) {
    if (point["setting"].get<double>() > highest * (1.0 + 1e-9)) continue;
    ratios.push_back(point["ratio"]["value"].get<double>());
  }
  return ratios;
}

void add_shifts(MetricList& list, const Json& out_of_distribution) {
  constexpr double kAll = std::numeric_limits<double>::infinity();
  const auto add = [&](const char* name, const char* shift, double highest, const char* meaning) {
    list.add(name, furthest_ratio(ratios_up_to(out_of_distribution[shift], highest)), "ratio",
             meaning);
  };
  const double trained = out_of_distribution["input_range"]["trained_setting"].get<double>();
  add("shifted_loss_ratio", "input_range", 1.5 * trained,
      "loss over gradient descent's with the same rate, furthest from 1 among input ranges up to "
      "1.5 times the trained one");
  add("far_shifted_loss_ratio", "input_range", kAll,
      "the same over the whole sweep of input ranges");
  add("weight_scale_loss_ratio", "weight_scale", kAll, "the same over the sweep of weight scales");
  add("correlated_loss_ratio", "input_correlation", kAll,
      "the same over inputs whose neighbouring coordinates correlate, up to 0.9");
  add("heavy_tailed_loss_ratio", "heavy_tailed_noise", kAll,
      "the same over labels with Student's t noise, up to scale 1");
}

Findings findings_of(const SummaryParts& parts, const BootstrapOptions& bootstrap) {
  const PredictionComparison& found = parts.comparison;
  Findings findings;
  findings.agreement = agreement_with(found, "tuned gradient descent's");
  findings.loss_ratio =
      bootstrap_ratio(found.model_losses, found.gradient_descent_losses, bootstrap);
  findings.null_ratio = bootstrap_ratio(found.model_losses, found.null_losses, bootstrap).value;
  findings.weights_apply = parts.weights["applies"].get<bool>();
  if (findings.weights_apply) {
    findings.window_off_target = parts.weights["window"]["off_target"].get<double>();
    findings.update_cosine = parts.weights["update"]["newest"]["cosine"].get<double>();
  }
  return findings;
}

}  // namespace

Json summarize(const SummaryParts& parts) {
  const BootstrapOptions bootstrap{parts.options.bootstrap_samples, parts.options.seed};
  MetricList list;
  add_losses(list, parts, bootstrap);
  add_distances(list, parts.comparison);
  add_rates(list, parts.baseline);
  add_weights(list, parts.weights);
  add_decays(list, parts.eigenvalues);
  add_shifts(list, parts.out_of_distribution);
  const Conclusion conclusion = conclude(findings_of(parts, bootstrap));
  return {{"format", 1},
          {"kind", "gradient_descent"},
          {"model", parts.name},
          {"task", parts.task},
          {"options", to_json(parts.options)},
          {"loss_convention", loss_convention(kScoring)},
          {"interval", "central 95 % of the bootstrap distribution over prompts"},
          {"arithmetic", "float64"},
          {"measured_on",
           std::to_string(parts.comparison.model_losses.size()) + " prompts of the task"},
          {"conclusion", to_json(conclusion)},
          {"metrics", list.json()}};
}

}  // namespace gril
