#pragma once

#include "gril/analysis/analysis_options.h"
#include "gril/analysis/bootstrap.h"
#include "gril/analysis/out_of_distribution_sweep.h"
#include "gril/analysis/prediction_comparison.h"

namespace gril {

/// What all stages of an analysis of in-context regression share: the model in float64, its task,
/// and how much is measured.
struct DescentSubject {
  const SequenceModel& model;
  LinearRegression task;
  AnalysisOptions options;
  BootstrapOptions bootstrap;

  PromptSample sample(const char* name, int64_t prompts) const {
    return {.prompts = prompts, .seed = options.seed, .name = name};
  }
  /// The prompts of the main comparison, and other ones to tune on.
  PromptSample evaluation() const { return sample("evaluation tasks", options.tasks); }
  PromptSample tuning() const { return sample("tuning tasks", options.tuning_tasks); }
};

/// The model beside steps of gradient descent on the evaluation prompts, sensitivities included.
PredictionComparison compare_with_descent(const DescentSubject& subject,
                                          const DescentPolynomial& descent);

/// The model beside the same steps on tasks of another law: one part of the file
/// out_of_distribution.json. The scales of inputs and targets run over the ranges of the options,
/// the correlation of inputs from 0 to 0.9 and the scale of heavy-tailed noise from 0 to 1.
/// Sensitivities are measured when asked for.
Json shift_json(const DescentSubject& subject, const DescentPolynomial& descent, Shift shift,
                bool sensitivities);

}  // namespace gril
