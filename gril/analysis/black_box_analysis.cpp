#include "gril/analysis/black_box_analysis.h"

#include <optional>

#include "gril/analysis/algorithms/scaled_inputs.h"
#include "gril/analysis/kernel_obstacle.h"
#include "gril/analysis/metric_list.h"
#include "gril/analysis/task_evaluation.h"
#include "gril/base/check.h"
#include "gril/base/config_section.h"
#include "gril/tasks/task_registry.h"

namespace gril {
namespace {

bool answers_with_numbers(const ModelFile& file, const std::string& name) {
  const auto task = make_task(ConfigSection(file.task, name, "task"));
  return task->scoring().loss != LossKind::kCrossEntropy;
}

Json scaling_json(const std::optional<ScaledInputs>& scaled) {
  if (!scaled) {
    return {{"applies", false}, {"reason", "the outputs are scores of classes, not numbers"}};
  }
  Json result = {{"applies", true}};
  result.update(to_json(*scaled));
  return result;
}

/// "error_over_target_variance 0.0172" or another measure that says most.
std::string performance(const Evaluation& evaluation) {
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
  if (scaled) {
    text +=
        concatenate(" Inputs twice as large change its outputs by ", scaled->deviations.at(kTwice),
                    " (rms) off the eightfold that linear "
                    "attention gives.");
  }
  return text;
}

}  // namespace

Analysis analyze_black_box(const ModelFile& file, const std::string& name,
                           const AnalysisOptions& options, const AnalysisProgress& progress) {
  AnalysisStages stages(progress, 2);
  const std::string obstacle = kernel_obstacle(*file.model).value_or("");
  const Evaluation evaluation = evaluate_on_task(file, name, options);
  stages.done("evaluation");
  std::optional<ScaledInputs> scaled;
  if (answers_with_numbers(file, name)) {
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
  analysis.summary = {{"format", 1},
                      {"kind", "black_box"},
                      {"model", name},
                      {"task", file.task},
                      {"options", to_json(options)},
                      {"loss_convention", evaluation.loss.unit},
                      {"interval", kEvaluationInterval},
                      {"arithmetic", "float64"},
                      {"conclusion",
                       {{"agrees", false},
                        {"label", "Known from outside only"},
                        {"sentence", sentence(evaluation, scaled, obstacle)}}},
                      {"metrics", metrics.json()}};
  return analysis;
}

}  // namespace gril
