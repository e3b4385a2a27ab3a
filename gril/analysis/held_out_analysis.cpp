#include "gril/analysis/held_out_analysis.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "gril/analysis/conclusion.h"
#include "gril/analysis/metric_list.h"
#include "gril/analysis/task_evaluation.h"
#include "gril/base/check.h"
#include "gril/base/config_section.h"
#include "gril/base/nearest_word.h"
#include "gril/models/model_size.h"
#include "gril/models/parameter_options.h"
#include "gril/tasks/task_registry.h"

namespace gril {
namespace {

/// A part of a data set and what models reach on it.
struct HeldOut {
  std::string split;
  Evaluation last;
  std::optional<Evaluation> best;
};

/// The task that evaluates on another part of the same data set.
std::unique_ptr<Task> task_on(const Task& task, const std::string& split, const std::string& name) {
  Json section = task.config();
  section["split"] = split;
  return make_task(ConfigSection(section, name, "task"));
}

HeldOut held_out(const HeldOutModels& models, const Task& part, const std::string& split,
                 const AnalysisOptions& options) {
  const torch::Dtype dtype = parameter_dtype(*models.last.model);
  const EvaluationSet sequences = evaluation_set(part, options.tasks, options.seed, dtype);
  const auto measured = [&](const ModelFile& file) {
    return evaluate(*file.model, part.scoring(), sequences);
  };
  HeldOut result{.split = split, .last = measured(models.last), .best = {}};
  if (models.best) result.best = measured(*models.best);
  return result;
}

std::vector<HeldOut> evaluations(const HeldOutModels& models, const std::string& name,
                                 const AnalysisOptions& options) {
  std::vector<HeldOut> result;
  for (const std::string& split : models.task.splits()) {
    if (models.task.config().at("split") == split) {
      result.push_back(held_out(models, models.task, split, options));
    } else {
      result.push_back(held_out(models, *task_on(models.task, split, name), split, options));
    }
  }
  return result;
}

MetricList metrics_of(const std::vector<HeldOut>& parts, const SequenceModel& model) {
  MetricList metrics;
  for (const HeldOut& part : parts) add_metrics(metrics, part.last, part.split + '_');
  metrics.add("parameters", static_cast<double>(model_size(model).parameters), "numbers",
              "trainable numbers of the network");
  for (const HeldOut& part : parts) {
    if (part.best) add_metrics(metrics, *part.best, "best_" + part.split + '_');
  }
  return metrics;
}

std::string sentence(const std::vector<HeldOut>& parts) {
  std::string text = "On data it was not trained on:";
  for (const HeldOut& part : parts) {
    text +=
        concatenate(text.back() == ':' ? " " : "; ", part.split, " loss ", part.last.loss.value);
    for (const Result& result : part.last.further) {
      text += concatenate(", ", result.name, ' ', result.value);
    }
  }
  return text + '.';
}

/// That numbers stand there; a loss that is not finite is none.
Conclusion conclusion_of(const std::vector<HeldOut>& parts) {
  const bool measured = std::all_of(parts.begin(), parts.end(), [](const HeldOut& part) {
    return std::isfinite(part.last.loss.value);
  });
  if (measured) return {Verdict::kAgrees, "Measured on held-out data", sentence(parts)};
  return {
      Verdict::kNone, "No verdict",
      "No verdict: the loss is not finite, as where a network has diverged. " + sentence(parts)};
}

}  // namespace

Analysis analyze_held_out(const HeldOutModels& models, const std::string& name,
                          const AnalysisOptions& options, const AnalysisProgress& progress) {
  AnalysisStages stages(progress, 1);
  const std::vector<HeldOut> parts = evaluations(models, name, options);
  stages.done("held-out data");
  Analysis analysis;
  analysis.summary = {{"format", 1},
                      {"kind", "held_out"},
                      {"model", name},
                      {"task", models.last.task},
                      {"options", to_json(options)},
                      {"loss_convention", parts.front().last.loss.unit},
                      {"interval", kEvaluationInterval},
                      {"arithmetic", "that of the model"},
                      {"measured_on", concatenate("at most ", options.tasks, " sequences of ",
                                                  join_words(models.task.splits()))},
                      {"conclusion", to_json(conclusion_of(parts))},
                      {"metrics", metrics_of(parts, *models.last.model).json()}};
  return analysis;
}

}  // namespace gril
