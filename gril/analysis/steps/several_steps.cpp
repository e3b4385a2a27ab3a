#include "gril/analysis/steps/several_steps.h"

#include <algorithm>
#include <cmath>

#include "gril/base/check.h"

namespace gril {
namespace {

Json comparison_json(const PredictionComparison& comparison, const BootstrapOptions& bootstrap) {
  return {{"loss", to_json(bootstrap_mean(comparison.gradient_descent_losses, bootstrap))},
          {"loss_ratio", to_json(bootstrap_ratio(comparison.model_losses,
                                                 comparison.gradient_descent_losses, bootstrap))},
          {"prediction_distance", comparison.prediction_distance},
          {"prediction_norm", comparison.prediction_norm},
          {"prediction_difference", comparison.prediction_difference},
          {"loss_ratio_spread", loss_ratio_spread(comparison)},
          {"sensitivity_cosine", comparison.sensitivity_cosine},
          {"sensitivity_distance", comparison.sensitivity_distance},
          {"sensitivity_norm", comparison.sensitivity_norm}};
}

Json shift_of(const DescentSubject& subject, const StepSizes& sizes, Shift shift) {
  return {{"free", shift_json(subject, sizes.free.polynomial, shift, true)},
          {"shared", shift_json(subject, sizes.shared.polynomial, shift, false)}};
}

/// Σ η_k = c_1. As roots equal sizes would lose half of their digits.
double shared_size(const StepSizes& sizes) {
  return sizes.shared.polynomial.coefficients.front() / static_cast<double>(sizes.steps);
}

/// step_size_1 … step_size_K by ascending real part, imaginary parts where there are any.
void add_step_sizes(MetricList& list, const std::string& prefix, const StepFit& fit,
                    const std::string& whose) {
  const auto sizes = step_sizes(fit.polynomial);
  double imaginary = 0.0;
  for (std::size_t k = 0; k < sizes.size(); ++k) {
    list.add(concatenate(prefix, "step_size_", k + 1), sizes[k].real(), "η",
             concatenate("step size ", k + 1, " by ascending size, ", whose));
    imaginary = std::max(imaginary, std::abs(sizes[k].imag()));
  }
  list.add(prefix + "step_size_imaginary", imaginary, "η",
           "largest imaginary part of these step sizes; above 0 no real steps do the same");
}

void add_ratios(MetricList& list, const std::string& kind, const PredictionComparison& found,
                const BootstrapOptions& bootstrap) {
  const std::string steps = "as many gradient-descent steps as the network has layers, sizes " +
                            std::string(kind == "free" ? "free" : "equal") + ", tuned";
  list.add("K_steps_" + kind + "_loss", bootstrap_mean(found.gradient_descent_losses, bootstrap),
           "half squared error, mean over outputs", "loss of " + steps + ", same prompts");
  list.add("loss_ratio_to_K_steps_" + kind,
           bootstrap_ratio(found.model_losses, found.gradient_descent_losses, bootstrap), "ratio",
           "loss of the network over that of " + steps);
  list.add("prediction_distance_to_K_steps_" + kind, found.prediction_distance, "units of y",
           "mean L2 distance to the predictions of " + steps);
  list.add("prediction_difference_to_K_steps_" + kind, found.prediction_difference, "share",
           "rms distance to these predictions, over their rms");
  list.add("loss_ratio_spread_to_K_steps_" + kind, loss_ratio_spread(found), "share",
           "spread over prompts of the ratio of the losses to those of " + steps);
  list.add("sensitivity_cosine_to_K_steps_" + kind, found.sensitivity_cosine, "cosine",
           "mean cosine of the derivatives by the query with those of " + steps);
  list.add("sensitivity_distance_to_K_steps_" + kind, found.sensitivity_distance,
           "units of y per unit of x",
           "mean L2 distance of the derivatives by the query from those of " + steps);
}

}  // namespace

StepSizes find_step_sizes(const DescentSubject& subject) {
  const int64_t steps = step_count(subject.model);
  return {.steps = steps,
          .behaviour = fit_predictions(subject.model, subject.task, subject.evaluation(), steps),
          .free = best_free_steps(subject.task, subject.tuning(), steps),
          .shared = best_shared_steps(subject.task, subject.tuning(), steps)};
}

Json to_json(const StepSizes& sizes, int64_t prompts, int64_t tuning_prompts) {
  return {{"steps", sizes.steps},
          {"prompts", prompts},
          {"tuning_prompts", tuning_prompts},
          {"behaviour", to_json(sizes.behaviour)},
          {"free", to_json(sizes.free)},
          {"shared",
           {{"step_size", shared_size(sizes)},
            {"coefficients", sizes.shared.polynomial.coefficients},
            {"loss", sizes.shared.loss}}}};
}

SeveralSteps compare_with_several_steps(const DescentSubject& subject, const StepSizes& sizes) {
  return {.free = compare_with_descent(subject, sizes.free.polynomial),
          .shared = compare_with_descent(subject, sizes.shared.polynomial),
          .input_range = shift_of(subject, sizes, Shift::kInputRange),
          .weight_scale = shift_of(subject, sizes, Shift::kWeightScale)};
}

Json to_json(const std::optional<SeveralSteps>& found, const StepSizes& sizes,
             const BootstrapOptions& bootstrap) {
  if (!found) {
    return {{"applies", false},
            {"reason", "one layer mixes tokens; one step is compared in the other files"}};
  }
  return {{"applies", true},
          {"steps", sizes.steps},
          {"free", comparison_json(found->free, bootstrap)},
          {"shared", comparison_json(found->shared, bootstrap)},
          {"input_range", found->input_range},
          {"weight_scale", found->weight_scale}};
}

void add_metrics(MetricList& list, const StepSizes& sizes, const std::optional<SeveralSteps>& found,
                 const BootstrapOptions& bootstrap) {
  list.add("explained_by_steps", sizes.behaviour.explained, "share",
           "share of the predictions' mean square that the nearest polynomial of as many "
           "gradient-descent steps as layers explains");
  add_step_sizes(list, "", sizes.behaviour, "read off the predictions");
  add_step_sizes(list, "free_", sizes.free, "best for the targets, tuning prompts");
  list.add("shared_step_size", shared_size(sizes), "η",
           "best step size shared by all steps, tuning prompts");
  if (!found) return;
  add_ratios(list, "shared", found->shared, bootstrap);
  add_ratios(list, "free", found->free, bootstrap);
}

}  // namespace gril
