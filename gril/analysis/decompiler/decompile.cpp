#include "gril/analysis/decompiler/decompile.h"

#include <ATen/ATen.h>

#include <cmath>

#include "gril/analysis/decompiler/attention_map.h"
#include "gril/analysis/decompiler/canonical_form.h"
#include "gril/analysis/decompiler/decompiler_summary.h"
#include "gril/analysis/gradient_descent_baseline.h"
#include "gril/analysis/task_evaluation.h"
#include "gril/base/check.h"
#include "gril/base/config_section.h"
#include "gril/base/seed.h"
#include "gril/tasks/task_registry.h"

namespace gril {
namespace {

/// What all stages share.
struct Subject {
  const ModelFile& file;
  const std::string& name;
  const AnalysisRequest& request;
  GatedRnnWeights weights;
  StateForms forms;
  SampleSequences sequences;

  const SequenceModel& model() const { return *file.model; }
  bool is_regression() const {
    return file.task.is_object() && file.task.value("kind", "") == "linear_regression";
  }
};

Subject subject_of(const ModelFile& file, const std::string& name, const AnalysisRequest& request) {
  const GatedRnnWeights weights =
      gated_rnn_weights(dynamic_cast<const GatedLinearRnn&>(file.model->layer(0)));
  return {file,
          name,
          request,
          weights,
          state_forms(weights),
          task_sequences(file.task, weights.input_size(), sequence_options(request.options), name)};
}

/// The caller's teacher must fit; the file's own does, or says why not.
std::optional<TeacherAttention> teacher_of(const Subject& subject) {
  if (!subject.request.teacher) return own_teacher(subject.file, subject.name);
  const std::string& name = subject.request.teacher_name;
  TeacherAttention teacher = given_teacher(*subject.request.teacher, name);
  const bool fits = teacher.tensor.size(1) == subject.weights.input_size() &&
                    teacher.tensor.size(0) == subject.weights.output_size();
  require(fits, "decompile", name, ": the teacher must take ", subject.weights.input_size(),
          " features and give ", subject.weights.output_size(), " outputs, as ", subject.name,
          " does; got ", teacher.tensor.size(1), " and ", teacher.tensor.size(0), '.');
  return teacher;
}

ModelDifference difference(const SequenceModel& smaller, const Subject& subject) {
  const at::NoGradGuard no_gradients;
  const auto outputs = [&](const SequenceModel& model) {
    return counted(subject.sequences, model.forward(subject.sequences.tokens, {}).output);
  };
  const torch::Tensor expected = outputs(subject.model());
  const torch::Tensor actual = outputs(smaller);
  return {std::sqrt(relative_mean_square(actual, expected)),
          ((actual - expected).abs().max() / expected.abs().max()).item<double>()};
}

LinearRegressionOptions regression_of(const Subject& subject) {
  ConfigSection section(subject.file.task, subject.name, "task");
  return read_linear_regression_options(section);
}

void add_function(Decompilation& found, const Subject& subject,
                  const std::optional<TeacherAttention>& teacher) {
  const AnalysisOptions& options = subject.request.options;
  found.function = find_function(subject.forms, found.neurons, subject.sequences);
  if (found.function.obstacle) {
    found.descent_obstacle = *found.function.obstacle;
    return;
  }
  found.attention =
      find_attention(subject.forms, found.function, teacher, subject.sequences, options);
  found.descent_obstacle = descent_obstacle(subject.file.task).value_or("");
  if (!found.descent_obstacle.empty()) return;
  const LinearRegressionOptions task = regression_of(subject);
  found.descent = descent_coefficients(subject.forms, task);
  found.instantaneous = instantaneous_map(subject.forms, task);
}

void add_rebuilt(Decompilation& found, const Subject& subject) {
  if (!found.attention || found.attention->nearest.empty()) return;
  SequenceOptions fresh = sequence_options(subject.request.options);
  fresh.seed = child_seed(fresh.seed, "rebuilt network");
  found.rebuilt = rebuild_network(
      {subject.model(), found.function.tensor, found.attention->nearest.front().heads,
       found.function.decay.eigenvalue},
      subject.request.options.rebuild_tolerance, subject.sequences,
      task_sequences(subject.file.task, subject.weights.input_size(), fresh, subject.name));
}

/// In-context regression: the network beside algorithms, as a black box.
void add_behaviour(Decompilation& found, const Subject& subject) {
  const AnalysisOptions& options = subject.request.options;
  found.scaled = scaled_inputs(subject.model(), subject.sequences);
  if (!subject.file.task.is_object()) return;
  const auto own_task = make_task(ConfigSection(subject.file.task, subject.name, "task"));
  found.evaluation = evaluate_on_task(subject.model(), *own_task, subject.name, options);
  if (!subject.is_regression()) return;
  const LinearRegression task(regression_of(subject));
  const PromptSample sample{.prompts = options.tasks, .seed = options.seed};
  const PromptSample tuning{
      .prompts = options.tuning_tasks, .seed = options.seed, .name = "tuning tasks"};
  ComparisonOptions comparison;
  comparison.sample = sample;
  comparison.descent = {{tune_gradient_descent(task, tuning).learning_rate}};
  comparison.least_squares = false;
  found.predictions = compare_predictions(subject.model(), task, comparison);
  found.algorithms = compare_with_algorithms(subject.model(), task, sample, tuning);
}

Json descent_json(const Decompilation& found) {
  if (!found.descent) return {{"applies", false}, {"reason", found.descent_obstacle}};
  Json result = {{"applies", true}};
  result.update(to_json(*found.descent));
  result["instantaneous"] = to_json(*found.instantaneous);
  return result;
}

Json pruning_json(const Decompilation& found) {
  Json result = to_json(found.pruned, found.weights);
  result["rms_difference"] = found.pruned_difference.rms;
  result["largest_difference"] = found.pruned_difference.largest;
  return result;
}

Json rebuilt_json(const Decompilation& found) {
  if (found.function.obstacle) {
    return {{"applies", false}, {"reason", *found.function.obstacle}};
  }
  return to_json(found.rebuilt);
}

Json map_json(const Subject& subject) {
  const torch::Tensor& wanted = subject.request.sequence;
  const torch::Tensor first = subject.sequences.tokens[0];
  constexpr int64_t kMostTokens = 64;
  const torch::Tensor tokens =
      wanted.defined() ? wanted : first.narrow(0, 0, std::min(kMostTokens, first.size(0)));
  Json result = to_json(attention_map(subject.forms, tokens));
  result["sequence"] = wanted.defined() ? "given" : "the first of " + subject.sequences.source;
  return result;
}

Analysis analysis_of(const Decompilation& found, const Subject& subject, const Json& map) {
  Analysis analysis;
  analysis.summary = summarize(found);
  analysis.files = {{"neurons", to_json(found.neurons)},
                    {"pruning", pruning_json(found)},
                    {"kernels", to_json(found.function)},
                    {"attention", found.attention ? to_json(*found.attention)
                                                  : Json{{"applies", false},
                                                         {"reason", *found.function.obstacle}}},
                    {"descent", descent_json(found)},
                    {"canonical", to_json(canonical_form(subject.forms, found.neurons.kept))},
                    {"attention_map", map},
                    {"rebuilt", rebuilt_json(found)},
                    {"scaling", to_json(found.scaled)}};
  if (found.algorithms) analysis.files.emplace_back("algorithms", to_json(*found.algorithms));
  analysis.models.emplace_back(
      "pruned", ModelFile{gated_rnn_model(found.pruned.weights), nullptr, subject.file.task});
  if (found.rebuilt) {
    analysis.models.emplace_back("rebuilt",
                                 ModelFile{found.rebuilt->model, nullptr, subject.file.task});
  }
  return analysis;
}

}  // namespace

Analysis decompile(const ModelFile& file, const std::string& name, const AnalysisRequest& request,
                   const AnalysisProgress& progress) {
  constexpr int kStages = 4;
  AnalysisStages stages(progress, kStages);
  const Subject subject = subject_of(file, name, request);
  // First what the caller gave: a teacher or a sequence that does not fit costs no time.
  const auto teacher = teacher_of(subject);
  const Json map = map_json(subject);
  Decompilation found;
  found.name = name;
  found.task = file.task;
  found.options = request.options;
  found.weights = subject.weights;
  found.measured_on = subject.sequences.source;
  found.sequences = subject.sequences.tokens.size(0);
  found.neurons =
      find_neurons(subject.forms, subject.sequences, request.options.influence_threshold);
  found.pruned = prune_network(subject.weights, found.neurons.kept);
  found.pruned_difference = difference(*gated_rnn_model(found.pruned.weights), subject);
  stages.done("neurons and pruning");
  add_function(found, subject, teacher);
  stages.done("kernels and attention");
  add_rebuilt(found, subject);
  stages.done("rebuilt network");
  add_behaviour(found, subject);
  Analysis analysis = analysis_of(found, subject, map);
  stages.done("behaviour");
  return analysis;
}

}  // namespace gril
