#include "gril/analysis/descent_analysis.h"

#include "gril/analysis/algorithms/algorithm_comparison.h"
#include "gril/analysis/algorithms/algorithm_summary.h"
#include "gril/analysis/context_length_sweep.h"
#include "gril/analysis/decay_spectrum.h"
#include "gril/analysis/gradient_descent_baseline.h"
#include "gril/analysis/kernel_obstacle.h"
#include "gril/analysis/out_of_distribution_sweep.h"
#include "gril/analysis/prediction_comparison.h"
#include "gril/analysis/summary.h"
#include "gril/analysis/unit_step_layer.h"
#include "gril/analysis/weight_comparison.h"

namespace gril {
namespace {

/// What all stages share.
struct Subject {
  const SequenceModel& model;
  LinearRegression task;
  AnalysisOptions options;
  BootstrapOptions bootstrap;

  PromptSample sample(const char* name, int64_t prompts) const {
    return {.prompts = prompts, .seed = options.seed, .name = name};
  }
};

LinearRegression task_of(const ModelFile& file, const std::string& name) {
  ConfigSection section(file.task, name, "task");
  return LinearRegression(read_linear_regression_options(section));
}

Json analyze_context_length(const Subject& subject, double learning_rate) {
  const int64_t trained = subject.task.options().examples;
  const int64_t longest = subject.options.longest_context;
  ContextLengthOptions options;
  options.trained_examples = trained;
  options.examples = context_lengths(trained, longest > 0 ? longest : 3 * trained);
  options.learning_rate = learning_rate;
  options.sample = subject.sample("context length", subject.options.sweep_tasks);
  options.tuning = subject.sample("context length tuning", subject.options.sweep_tasks);
  options.bootstrap = subject.bootstrap;
  return to_json(sweep_context_length(subject.model, subject.task, options), options);
}

Json analyze_shift(const Subject& subject, double learning_rate, Shift shift) {
  const AnalysisOptions& wanted = subject.options;
  const bool range = shift == Shift::kInputRange;
  ShiftOptions options;
  options.shift = shift;
  options.settings = equally_spaced(
      range ? wanted.lowest_input_range : wanted.lowest_weight_scale,
      range ? wanted.highest_input_range : wanted.highest_weight_scale, wanted.sweep_points);
  options.learning_rate = learning_rate;
  options.sample = subject.sample("out of distribution", wanted.sweep_tasks);
  options.bootstrap = subject.bootstrap;
  const LinearRegressionOptions& task = subject.task.options();
  return to_json(sweep_shift(subject.model, subject.task, options),
                 range ? task.input_range : task.weight_scale);
}

PredictionComparison compare_with_descent(const Subject& subject, double learning_rate) {
  ComparisonOptions options;
  options.sample = subject.sample("evaluation tasks", subject.options.tasks);
  options.learning_rate = learning_rate;
  return compare_predictions(subject.model, subject.task, options);
}

bool is_gril(const SequenceModel& model) {
  return model.size() == 1 && dynamic_cast<const GrilLayer*>(&model.layer(0)) != nullptr;
}

/// What a model that the construction says nothing about may run instead.
void add_algorithms(Analysis& analysis, const Subject& subject) {
  const AlgorithmComparison comparison = compare_with_algorithms(
      subject.model, subject.task, subject.sample("evaluation tasks", subject.options.tasks),
      subject.sample("tuning tasks", subject.options.tuning_tasks));
  Json file = to_json(comparison);
  const std::string obstacle = kernel_obstacle(subject.model).value_or("");
  file["kernels"] = {{"applies", false}, {"reason", obstacle}};
  analysis.files.emplace_back("algorithms", file);
  MetricList metrics;
  add_metrics(metrics, comparison);
  for (const Json& metric : metrics.json()) analysis.summary["metrics"].push_back(metric);
  Json& sentence = analysis.summary["conclusion"]["sentence"];
  sentence = sentence.get<std::string>() + " " + algorithm_sentence(comparison) +
             " It is known from outside only: " + obstacle + ".";
}

}  // namespace

Analysis analyze_descent(const ModelFile& file, const std::string& name,
                         const AnalysisOptions& options, const AnalysisProgress& progress) {
  constexpr int kStages = 5;
  const bool gril = is_gril(*file.model);
  AnalysisStages stages(progress, gril ? kStages : kStages + 1);
  const Subject subject{
      *file.model, task_of(file, name), options, {options.bootstrap_samples, options.seed}};
  const GradientDescentBaseline baseline =
      tune_gradient_descent(subject.task, subject.sample("tuning tasks", options.tuning_tasks));
  stages.done("tuned gradient descent");
  const PredictionComparison comparison = compare_with_descent(subject, baseline.learning_rate);
  stages.done("predictions and sensitivities");
  const Json eigenvalues = decay_spectrum(*file.model);
  const Json weights =
      compare_weights(*file.model, subject.task, *unit_step_layer(subject.task.options()));
  stages.done("weights against the construction");
  const Json context_length = analyze_context_length(subject, baseline.learning_rate);
  stages.done("loss over context length");
  const Json shifts = {
      {"prompts", options.sweep_tasks},
      {"input_range", analyze_shift(subject, baseline.learning_rate, Shift::kInputRange)},
      {"weight_scale", analyze_shift(subject, baseline.learning_rate, Shift::kWeightScale)}};
  stages.done("out of distribution");
  Analysis analysis;
  analysis.files = {{"gradient_descent", to_json(baseline)},
                    {"predictions", to_json(comparison, subject.bootstrap)},
                    {"weights", weights},
                    {"eigenvalues", eigenvalues},
                    {"context_length", context_length},
                    {"out_of_distribution", shifts}};
  analysis.summary =
      summarize({name, file.task, options, baseline, comparison, weights, eigenvalues, shifts});
  if (!gril) {
    add_algorithms(analysis, subject);
    stages.done("several steps and ridge regression");
  }
  return analysis;
}

}  // namespace gril
