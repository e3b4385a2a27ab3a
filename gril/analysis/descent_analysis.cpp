#include "gril/analysis/descent_analysis.h"

#include "gril/analysis/ablations/ablations.h"
#include "gril/analysis/ablations/weight_interpolation.h"
#include "gril/analysis/algorithms/algorithm_comparison.h"
#include "gril/analysis/algorithms/algorithm_summary.h"
#include "gril/analysis/context_length_sweep.h"
#include "gril/analysis/decay_spectrum.h"
#include "gril/analysis/descent_subject.h"
#include "gril/analysis/gradient_descent_baseline.h"
#include "gril/analysis/kernel_obstacle.h"
#include "gril/analysis/steps/several_steps.h"
#include "gril/analysis/steps/stack_paths.h"
#include "gril/analysis/steps/steps_conclusion.h"
#include "gril/analysis/summary.h"
#include "gril/analysis/unit_step_layer.h"
#include "gril/analysis/weight_comparison.h"
#include "gril/base/check.h"

namespace gril {
namespace {

LinearRegression task_of(const ModelFile& file, const std::string& name) {
  ConfigSection section(file.task, name, "task");
  return LinearRegression(read_linear_regression_options(section));
}

ContextLengthOptions context_length_options(const DescentSubject& subject, double learning_rate,
                                            const StepSizes& sizes) {
  const int64_t segments = subject.task.options().segments;
  const int64_t trained = subject.task.options().examples;
  const int64_t longest = subject.options.longest_context;
  ContextLengthOptions options;
  options.trained_examples = trained;
  options.examples = context_lengths(segments, trained, longest > 0 ? longest : 3 * trained);
  options.learning_rate = learning_rate;
  if (sizes.steps > 1) {
    options.further = {{"free_steps", sizes.free.polynomial},
                       {"shared_steps", sizes.shared.polynomial}};
  }
  options.sample = subject.sample("context length", subject.options.sweep_tasks);
  options.tuning = subject.sample("context length tuning", subject.options.sweep_tasks);
  options.bootstrap = subject.bootstrap;
  return options;
}

void append_metrics(Analysis& analysis, const MetricList& metrics) {
  for (const Json& metric : metrics.json()) analysis.summary["metrics"].push_back(metric);
}

/// How its loss runs over the length of the context.
void add_context_length(Analysis& analysis, const DescentSubject& subject, double learning_rate,
                        const StepSizes& sizes) {
  const ContextLengthOptions options = context_length_options(subject, learning_rate, sizes);
  const auto points = sweep_context_length(subject.model, subject.task, options);
  analysis.files.emplace_back("context_length", to_json(points, options));
  MetricList metrics;
  add_metrics(metrics, points, options.trained_examples);
  append_metrics(analysis, metrics);
}

bool is_gril(const SequenceModel& model) {
  return model.size() == 1 && dynamic_cast<const GrilLayer*>(&model.layer(0)) != nullptr;
}

/// Adds a further sentence to the summary.
void append_sentence(Analysis& analysis, const std::string& text) {
  Json& sentence = analysis.summary["conclusion"]["sentence"];
  sentence = concatenate(sentence.get<std::string>(), ' ', text);
}

/// What a model that the construction of one step says nothing about may run instead.
void add_algorithms(Analysis& analysis, const DescentSubject& subject, bool known_inside) {
  const AlgorithmComparison comparison =
      compare_with_algorithms(subject.model, subject.task, subject.evaluation(), subject.tuning());
  Json file = to_json(comparison);
  const std::string obstacle = kernel_obstacle(subject.model).value_or("");
  file["kernels"] = {{"applies", false}, {"reason", obstacle}};
  analysis.files.emplace_back("algorithms", file);
  MetricList metrics;
  add_metrics(metrics, comparison);
  append_metrics(analysis, metrics);
  append_sentence(analysis, algorithm_sentence(comparison));
  if (!known_inside) {
    append_sentence(analysis, concatenate("It is known from outside only: ", obstacle, '.'));
  }
}

/// η of the weights, mean over the ages of the examples.
double mean_step_size(const Json& weights, const LinearRegression& task) {
  const auto by_age = weights["learning_rate_per_example_by_age"].get<std::vector<double>>();
  double sum = 0.0;
  for (const double rate : by_age) sum += rate;
  return sum / static_cast<double>(by_age.size()) * static_cast<double>(task.options().examples);
}

/// What is said of several steps takes the place of what is said of one where it is nearer, and
/// follows it otherwise.
void add_steps_conclusion(Analysis& analysis, const Conclusion& several) {
  Json& conclusion = analysis.summary["conclusion"];
  const bool one_step = conclusion["verdict"] == verdict_name(Verdict::kAgrees);
  const bool nearly_one_step = conclusion["verdict"] == verdict_name(Verdict::kClose);
  const auto before = conclusion["sentence"].get<std::string>();
  if (several.verdict == Verdict::kAgrees && !one_step) {
    conclusion = to_json(several);
  } else if (several.verdict == Verdict::kClose && !one_step && !nearly_one_step) {
    conclusion = to_json(several);
    conclusion["sentence"] = concatenate(before, ' ', several.sentence);
  } else {
    append_sentence(analysis, several.sentence);
  }
}

/// How many steps it makes and of which sizes: what its answers say.
StepSizes add_steps(Analysis& analysis, const DescentSubject& subject) {
  const StepSizes sizes = find_step_sizes(subject);
  std::optional<SeveralSteps> several;
  if (sizes.steps > 1) {
    several = compare_with_several_steps(subject, sizes);
    const Conclusion conclusion = conclude_steps(sizes, *several, subject.bootstrap);
    add_steps_conclusion(analysis, conclusion);
  }
  const AnalysisOptions& options = subject.options;
  analysis.files.emplace_back("step_sizes", to_json(sizes, options.tasks, options.tuning_tasks));
  analysis.files.emplace_back("several_steps", to_json(several, sizes, subject.bootstrap));
  MetricList metrics;
  add_metrics(metrics, sizes, several, subject.bootstrap);
  append_metrics(analysis, metrics);
  return sizes;
}

/// By which paths through its layers it makes them: what its weights say, if they can be followed.
std::optional<StackPaths> add_paths(Analysis& analysis, const DescentSubject& subject) {
  if (const auto reason = stack_paths_obstacle(subject.model, subject.task)) {
    analysis.files.emplace_back("paths", Json{{"applies", false}, {"reason", *reason}});
    return std::nullopt;
  }
  const PromptSample sample = subject.sample("evaluation tasks", subject.options.sweep_tasks);
  StackPaths paths = stack_paths(subject.model, subject.task, sample);
  analysis.files.emplace_back("paths", to_json(paths, sample.prompts));
  MetricList metrics;
  add_metrics(metrics, paths);
  append_metrics(analysis, metrics);
  return paths;
}

/// What it loses without single parts, and how the loss runs on the way to the construction.
void add_ablations(Analysis& analysis, const DescentSubject& subject) {
  const Json weights = analysis.file("weights");
  const PromptSample sample = subject.sample("evaluation tasks", subject.options.sweep_tasks);
  const Ablations found = ablate(subject.model, subject.task, sample, subject.bootstrap);
  analysis.files.emplace_back("ablations", to_json(found, sample.prompts));
  MetricList metrics;
  add_metrics(metrics, found);
  auto reason = interpolation_obstacle(subject.model, subject.task);
  if (!reason && !weights["applies"].get<bool>()) reason = weights["reason"].get<std::string>();
  if (reason) {
    analysis.files.emplace_back("interpolation", Json{{"applies", false}, {"reason", *reason}});
  } else {
    const auto line = interpolate_weights(subject.model, subject.task,
                                          mean_step_size(weights, subject.task), sample);
    analysis.files.emplace_back("interpolation", to_json(line, sample.prompts));
    add_metrics(metrics, line);
  }
  append_metrics(analysis, metrics);
}

/// Is it one step? The files and the summary that every such analysis has.
Analysis compare_with_one_step(const DescentSubject& subject, const ModelFile& file,
                               const std::string& name, const GradientDescentBaseline& baseline,
                               AnalysisStages& stages) {
  const DescentPolynomial one_step{{baseline.learning_rate}};
  const PredictionComparison comparison = compare_with_descent(subject, one_step);
  stages.done("predictions and sensitivities");
  const Json eigenvalues = decay_spectrum(subject.model);
  const Json weights =
      compare_weights(subject.model, subject.task, *unit_step_layer(subject.task.options()));
  stages.done("weights against the construction");
  const auto shift = [&](Shift which, bool sensitivities) {
    return shift_json(subject, one_step, which, sensitivities);
  };
  const Json shifts = {{"prompts", subject.options.sweep_tasks},
                       {"input_range", shift(Shift::kInputRange, true)},
                       {"weight_scale", shift(Shift::kWeightScale, true)},
                       {"input_correlation", shift(Shift::kInputCorrelation, false)},
                       {"heavy_tailed_noise", shift(Shift::kHeavyTailedNoise, false)}};
  stages.done("out of distribution");
  return {.summary = summarize({name, file.task, subject.options, baseline, comparison, weights,
                                eigenvalues, shifts}),
          .files = {{"gradient_descent", to_json(baseline)},
                    {"predictions", to_json(comparison, subject.bootstrap)},
                    {"weights", weights},
                    {"eigenvalues", eigenvalues},
                    {"out_of_distribution", shifts}}};
}

}  // namespace

Analysis analyze_descent(const ModelFile& file, const std::string& name,
                         const AnalysisOptions& options, const AnalysisProgress& progress) {
  constexpr int kStages = 7;
  const bool gril = is_gril(*file.model);
  AnalysisStages stages(progress, gril ? kStages : kStages + 1);
  const DescentSubject subject{
      *file.model, task_of(file, name), options, {options.bootstrap_samples, options.seed}};
  const GradientDescentBaseline baseline = tune_gradient_descent(subject.task, subject.tuning());
  stages.done("tuned gradient descent");
  Analysis analysis = compare_with_one_step(subject, file, name, baseline, stages);
  const StepSizes sizes = add_steps(analysis, subject);
  const std::optional<StackPaths> paths = add_paths(analysis, subject);
  if (sizes.steps > 1) append_sentence(analysis, steps_sentence(sizes, paths));
  stages.done("step sizes and paths");
  add_ablations(analysis, subject);
  stages.done("ablations");
  add_context_length(analysis, subject, baseline.learning_rate, sizes);
  stages.done("loss over context length");
  if (!gril) {
    add_algorithms(analysis, subject, paths.has_value());
    stages.done("several steps and ridge regression");
  }
  return analysis;
}

}  // namespace gril
