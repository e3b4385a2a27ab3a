#include "gril/analysis/analyze.h"

#include "gril/analysis/context_length_sweep.h"
#include "gril/analysis/decay_spectrum.h"
#include "gril/analysis/gradient_descent_baseline.h"
#include "gril/analysis/learning_curve.h"
#include "gril/analysis/out_of_distribution_sweep.h"
#include "gril/analysis/prediction_comparison.h"
#include "gril/analysis/summary.h"
#include "gril/analysis/unit_step_layer.h"
#include "gril/analysis/weight_comparison.h"
#include "gril/base/check.h"
#include "gril/base/config_file.h"
#include "gril/base/json_file.h"

namespace gril {
namespace {

constexpr std::string_view kWhere = "analyze";

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
  require(file.task.is_object(), kWhere, name,
          ": the file must name the task it was made for; got none. Train or construct the model "
          "with gril.");
  const std::string kind = file.task.value("kind", "");
  require(kind == "linear_regression", kWhere, name,
          ": the task must be linear_regression, which is what gradient descent is compared on; "
          "got \"",
          kind, "\".");
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

}  // namespace

Analysis analyze_model(const ModelFile& file, const std::string& name,
                       const AnalysisOptions& options, const AnalysisProgress& progress) {
  constexpr int kStages = 5;
  const auto done = [&](const char* stage, int stages) {
    if (progress) progress(stage, stages, kStages);
  };
  const Subject subject{
      *file.model, task_of(file, name), options, {options.bootstrap_samples, options.seed}};
  file.model->to(torch::kFloat64);
  Analysis analysis;
  const GradientDescentBaseline baseline =
      tune_gradient_descent(subject.task, subject.sample("tuning tasks", options.tuning_tasks));
  analysis.gradient_descent = to_json(baseline);
  done("tuned gradient descent", 1);
  const PredictionComparison comparison = compare_with_descent(subject, baseline.learning_rate);
  analysis.predictions = to_json(comparison, subject.bootstrap);
  done("predictions and sensitivities", 2);
  analysis.eigenvalues = decay_spectrum(*file.model);
  analysis.weights =
      compare_weights(*file.model, subject.task, *unit_step_layer(subject.task.options()));
  done("weights against the construction", 3);
  analysis.context_length = analyze_context_length(subject, baseline.learning_rate);
  done("loss over context length", 4);
  analysis.out_of_distribution = {
      {"prompts", options.sweep_tasks},
      {"input_range", analyze_shift(subject, baseline.learning_rate, Shift::kInputRange)},
      {"weight_scale", analyze_shift(subject, baseline.learning_rate, Shift::kWeightScale)}};
  done("out of distribution", kStages);
  analysis.summary = summarize({name, file.task, options, baseline, comparison, analysis.weights,
                                analysis.eigenvalues, analysis.out_of_distribution});
  return analysis;
}

AnalysisOptions analysis_options_of(const RunDirectory& run) {
  const Json config = read_toml(run.config());
  AnalysisOptions defaults;
  if (config.contains("evaluation")) {
    defaults.seed = config["evaluation"].value("seed", defaults.seed);
  }
  ConfigSection section(config.value("analysis", Json::object()), run.config().string(),
                        "analysis");
  return read_analysis_options(section, defaults);
}

Analysis analyze_run(const RunDirectory& run, const AnalysisOptions& options,
                     const AnalysisProgress& progress) {
  Analysis analysis =
      analyze_model(load_model(run.last_model()), run.root().string(), options, progress);
  analysis.learning_curve = learning_curve(run.metrics());
  write_analysis(analysis, run.analysis());
  return analysis;
}

void write_analysis(const Analysis& analysis, const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  const auto write = [&](const char* name, const Json& content) {
    if (!content.is_null()) write_json(folder / name, content, kWhere);
  };
  write("gradient_descent.json", analysis.gradient_descent);
  write("predictions.json", analysis.predictions);
  write("weights.json", analysis.weights);
  write("eigenvalues.json", analysis.eigenvalues);
  write("context_length.json", analysis.context_length);
  write("out_of_distribution.json", analysis.out_of_distribution);
  write("learning_curve.json", analysis.learning_curve);
  // Last, so that a summary always belongs to complete results.
  write("summary.json", analysis.summary);
}

}  // namespace gril
