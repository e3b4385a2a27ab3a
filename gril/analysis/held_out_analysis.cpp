#include "gril/analysis/held_out_analysis.h"

#include <cmath>
#include <utility>
#include <vector>

#include "gril/analysis/metric_list.h"
#include "gril/analysis/task_evaluation.h"
#include "gril/base/check.h"
#include "gril/base/config_section.h"
#include "gril/models/model_size.h"
#include "gril/tasks/task_registry.h"

namespace gril {
namespace {

/// A part of a data set and what a model reaches on it.
struct HeldOut {
  std::string split;
  Evaluation evaluation;
};

std::vector<HeldOut> evaluations(const ModelFile& file, const std::string& name,
                                 const AnalysisOptions& options) {
  const torch::Dtype dtype = file.model->parameters().front().scalar_type();
  const auto task = make_task(ConfigSection(file.task, name, "task"));
  std::vector<HeldOut> result;
  for (const std::string& split : task->splits()) {
    Json section = file.task;
    section["split"] = split;
    const auto part = make_task(ConfigSection(section, name, "task"));
    result.push_back(
        {split, evaluate(*file.model, part->scoring(),
                         evaluation_tasks(*part, options.tasks, options.seed, dtype))});
  }
  return result;
}

void add_metrics(MetricList& list, const std::vector<HeldOut>& parts, const std::string& prefix) {
  for (const HeldOut& part : parts) add_metrics(list, part.evaluation, prefix + part.split + '_');
}

std::string sentence(const std::vector<HeldOut>& parts) {
  std::string text = "On data it was not trained on:";
  for (const HeldOut& part : parts) {
    text += concatenate(text.back() == ':' ? " " : "; ", part.split, " loss ",
                        part.evaluation.loss.value);
    for (const Result& result : part.evaluation.further) {
      text += concatenate(", ", result.name, ' ', result.value);
    }
  }
  return text + '.';
}

}  // namespace

bool has_held_out_data(const ModelFile& file, const std::string& name) {
  return !make_task(ConfigSection(file.task, name, "task"))->splits().empty();
}

Analysis analyze_held_out(const ModelFile& file, const std::string& name,
                          const AnalysisOptions& options, const AnalysisProgress& progress) {
  AnalysisStages stages(progress, 1);
  const std::vector<HeldOut> parts = evaluations(file, name, options);
  stages.done("held-out data");
  MetricList metrics;
  add_metrics(metrics, parts, "");
  metrics.add("parameters", static_cast<double>(model_size(*file.model).parameters), "numbers",
              "trainable numbers of the network");
  Analysis analysis;
  analysis.summary = {
      {"format", 1},
      {"kind", "held_out"},
      {"model", name},
      {"task", file.task},
      {"options", to_json(options)},
      {"loss_convention", parts.front().evaluation.loss.unit},
      {"interval", kEvaluationInterval},
      {"arithmetic", "that of the model"},
      {"conclusion",
       {{"agrees", true}, {"label", "Measured on held-out data"}, {"sentence", sentence(parts)}}},
      {"metrics", metrics.json()}};
  return analysis;
}

void add_best_model(Analysis& analysis, const ModelFile& best, const std::string& name,
                    const AnalysisOptions& options) {
  MetricList metrics;
  add_metrics(metrics, evaluations(best, name, options), "best_");
  for (const Json& metric : metrics.json()) analysis.summary["metrics"].push_back(metric);
}

}  // namespace gril
