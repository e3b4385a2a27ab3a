#include "gril/analysis/descent_subject.h"

namespace gril {

PredictionComparison compare_with_descent(const DescentSubject& subject,
                                          const DescentPolynomial& descent) {
  ComparisonOptions options;
  options.sample = subject.evaluation();
  options.descent = descent;
  return compare_predictions(subject.model, subject.task, options);
}

Json shift_json(const DescentSubject& subject, const DescentPolynomial& descent, Shift shift,
                bool sensitivities) {
  const AnalysisOptions& wanted = subject.options;
  const bool range = shift == Shift::kInputRange;
  ShiftOptions options;
  options.shift = shift;
  options.settings = equally_spaced(
      range ? wanted.lowest_input_range : wanted.lowest_weight_scale,
      range ? wanted.highest_input_range : wanted.highest_weight_scale, wanted.sweep_points);
  options.descent = descent;
  options.sensitivities = sensitivities;
  options.sample = subject.sample("out of distribution", wanted.sweep_tasks);
  options.bootstrap = subject.bootstrap;
  const LinearRegressionOptions& task = subject.task.options();
  return to_json(sweep_shift(subject.model, subject.task, options),
                 range ? task.input_range : task.weight_scale);
}

}  // namespace gril
