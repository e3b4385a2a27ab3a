#include "gril/analysis/black_box_analysis.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "gril/analysis/algorithms/algorithm_comparison.h"
#include "gril/analysis/algorithms/algorithm_summary.h"
#include "gril/analysis/algorithms/classification_comparison.h"
#include "gril/analysis/algorithms/scaled_inputs.h"
#include "gril/analysis/conclusion.h"
#include "gril/analysis/kernel_obstacle.h"
#include "gril/analysis/metric_list.h"
#include "gril/analysis/task_evaluation.h"
#include "gril/base/check.h"

namespace gril {
namespace {

bool answers_with_numbers(const Task& task) {
  return task.scoring().loss != LossKind::kCrossEntropy;
}

Json scaling_json(const std::optional<ScaledInputs>& scaled) {
  if (!scaled) {
    return {{"applies", false}, {"reason", "the outputs are scores of classes, not numbers"}};
  }
  if (!std::isfinite(scaled->deviations.at(kTwice))) {
    return {{"applies", false}, {"reason", "the outputs are all 0 or not finite"}};
  }
  Json result = {{"applies", true}};
  result.update(to_json(*scaled));
  return result;
}

/// "error_over_target_variance 0.0172" or another measure that says most.
std::string performance(const Evaluation& evaluation) {
  if (!std::isfinite(evaluation.loss.value)) return "its loss is not finite";
  for (const Result& result : evaluation.further) {
    if (result.name == "error_over_target_variance") {
      return concatenate("its mean squared error is ", result.value, " of the targets' variance");
    }
    if (result.name == "accuracy") {
      return concatenate("its largest score is that of the right class in ", 100.0 * result.value,
                         " % of the sequences");
    }
  }
  return concatenate("its loss is ", evaluation.loss.value);
}

std::string sentence(const Evaluation& evaluation, const std::optional<ScaledInputs>& scaled,
                     const std::string& obstacle) {
  std::string text = concatenate("This network is known from outside only (", obstacle,
                                 "): ", performance(evaluation), '.');
  if (scaled && std::isfinite(scaled->deviations.at(kTwice))) {
    text +=
        concatenate(" Inputs twice as large change its outputs by ", scaled->deviations.at(kTwice),
                    " (rms) off the eightfold that linear "
                    "attention gives.");
  }
  return text;
}

/// What the classical methods say of a model of an in-context task: algorithms.json where it
/// answers with numbers, classification.json where it chooses classes. Nothing for other tasks.
void add_algorithms(Analysis& analysis, const SequenceModel& model, const Task& task,
                    const AnalysisOptions& options) {
  const auto* in_context = dynamic_cast<const InContextTask*>(&task);
  if (in_context == nullptr) return;
  constexpr int64_t kEnough = 2000;  // prompts to tune a few parameters on
  const PromptSample sample{.prompts = options.tasks, .seed = options.seed};
  const PromptSample tuning{.prompts = std::min(options.tuning_tasks, kEnough),
                            .seed = options.seed,
                            .name = "tuning tasks"};
  MetricList metrics;
  std::string found;
  if (answers_with_numbers(task)) {
    const auto comparison = compare_with_algorithms(model, *in_context, sample, tuning);
    analysis.files.emplace_back("algorithms", to_json(comparison));
    add_metrics(metrics, comparison);
    found = algorithm_sentence(comparison);
  } else {
    const auto comparison = compare_classification(model, *in_context, sample, tuning);
    analysis.files.emplace_back("classification", to_json(comparison));
    add_metrics(metrics, comparison, {options.bootstrap_samples, options.seed});
    found = classification_sentence(comparison);
  }
  for (const Json& metric : metrics.json()) analysis.summary["metrics"].push_back(metric);
  Json& sentence = analysis.summary["conclusion"]["sentence"];
  sentence = sentence.get<std::string>() + " " + found;
}

}  // namespace

Analysis analyze_black_box(const ModelFile& file, const Task& task, const std::string& name,
                           const AnalysisOptions& options, const AnalysisProgress& progress) {
  AnalysisStages stages(progress, 3);
  const std::string obstacle = kernel_obstacle(*file.model).value_or("");
  const Evaluation evaluation = evaluate_on_task(*file.model, task, name, options);
  stages.done("evaluation");
  std::optional<ScaledInputs> scaled;
  if (answers_with_numbers(task)) {
    scaled = scaled_inputs(*file.model, task_sequences(file.task, file.model->input_size(),
                                                       sequence_options(options), name));
  }
  stages.done("inputs of other sizes");
  MetricList metrics;
  add_metrics(metrics, evaluation);
  if (scaled) add_metrics(metrics, *scaled);
  Analysis analysis;
  analysis.files = {{"scaling", scaling_json(scaled)},
                    {"kernels", {{"applies", false}, {"reason", obstacle}}}};
  analysis.summary = {
      {"format", 1},
      {"kind", "black_box"},
      {"model", name},
      {"task", file.task},
      {"options", to_json(options)},
      {"loss_convention", evaluation.loss.unit},
      {"interval", kEvaluationInterval},
      {"arithmetic", "float64"},
      {"measured_on", concatenate("at most ", options.tasks, " sequences of the task")},
      {"conclusion", to_json(Conclusion{.label = "Known from outside only",
                                        .sentence = sentence(evaluation, scaled, obstacle)})},
      {"metrics", metrics.json()}};
  add_algorithms(analysis, *file.model, task, options);
  stages.done("classical methods");
  return analysis;
}

}  // namespace gril
