#include "gril/analysis/descent_subject.h"

namespace gril {
namespace {

/// The settings of one sweep, and the one of the training.
struct Sweep {
  double first = 0.0;
  double last = 0.0;
  double trained = 0.0;
};

Sweep sweep_of(const DescentSubject& subject, Shift shift) {
  constexpr double kHighestCorrelation = 0.9;
  constexpr double kHighestNoise = 1.0;  // about the size of a target, at d = 10 inputs
  const AnalysisOptions& wanted = subject.options;
  const LinearRegressionOptions& task = subject.task.options();
  switch (shift) {
    case Shift::kWeightScale:
      return {wanted.lowest_weight_scale, wanted.highest_weight_scale, task.weight_scale};
    case Shift::kInputCorrelation:
      return {0.0, kHighestCorrelation, task.input_correlation};
    case Shift::kHeavyTailedNoise:
      return {0.0, kHighestNoise, task.label_noise};
    case Shift::kInputRange:
      break;
  }
  return {wanted.lowest_input_range, wanted.highest_input_range, task.input_range};
}

}  // namespace

PredictionComparison compare_with_descent(const DescentSubject& subject,
                                          const DescentPolynomial& descent) {
  ComparisonOptions options;
  options.sample = subject.evaluation();
  options.descent = descent;
  return compare_predictions(subject.model, subject.task, options);
}

Json shift_json(const DescentSubject& subject, const DescentPolynomial& descent, Shift shift,
                bool sensitivities) {
  const Sweep sweep = sweep_of(subject, shift);
  ShiftOptions options;
  options.shift = shift;
  options.settings = equally_spaced(sweep.first, sweep.last, subject.options.sweep_points);
  options.descent = descent;
  options.sensitivities = sensitivities;
  options.sample = subject.sample("out of distribution", subject.options.sweep_tasks);
  options.bootstrap = subject.bootstrap;
  return to_json(sweep_shift(subject.model, subject.task, options), sweep.trained);
}

}  // namespace gril
