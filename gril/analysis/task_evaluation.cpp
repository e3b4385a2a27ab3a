#include "gril/analysis/task_evaluation.h"

#include "gril/base/check.h"

namespace gril {
namespace {

std::string meaning_of(const std::string& name) {
  if (name == "error_over_target_variance") {
    return "mean squared error over the variance of the targets";
  }
  if (name == "accuracy") return "share of outputs whose largest entry is that of the class";
  if (name == "perplexity") return "exp of the loss";
  if (name == "bits_per_symbol") return "the loss in bits";
  if (name == "mean_squared_error") return "the same error without the factor 1/2";
  return "loss of the network on its task";
}

void add(MetricList& list, const Result& result, const std::string& prefix) {
  constexpr double kStandardErrors = 1.96;
  if (!result.uncertainty) {  // of one sequence
    list.add(prefix + result.name, result.value, result.unit, meaning_of(result.name));
    return;
  }
  const double reach = kStandardErrors * *result.uncertainty;
  list.add(prefix + result.name, Estimate{result.value, result.value - reach, result.value + reach},
           result.unit, meaning_of(result.name));
}

}  // namespace

Evaluation evaluate_on_task(const SequenceModel& model, const Task& task, const std::string& name,
                            const AnalysisOptions& options) {
  require(model.input_size() == task.token_width() && model.output_size() == task.output_size(),
          "analyze", name, ": the model must take ", task.token_width(), " features and give ",
          task.output_size(), " outputs, as its task asks; got ", model.input_size(), " and ",
          model.output_size(), '.');
  return evaluate(model, task.scoring(),
                  evaluation_set(task, options.tasks, options.seed, torch::kFloat64));
}

void add_metrics(MetricList& list, const Evaluation& evaluation, const std::string& prefix) {
  add(list, evaluation.loss, prefix);
  for (const Result& result : evaluation.further) add(list, result, prefix);
}

}  // namespace gril
