#include "gril/analysis/decompiler/decompiler_summary.h"

#include <algorithm>

#include "gril/analysis/algorithms/algorithm_summary.h"
#include "gril/analysis/decompiler/decompiler_conclusion.h"
#include "gril/analysis/task_evaluation.h"

namespace gril {
namespace {

double number(int64_t count) { return static_cast<double>(count); }

double lowest(const std::vector<double>& values) {
  return *std::min_element(values.begin(), values.end());
}

void add_neurons(MetricList& list, const Decompilation& found) {
  const NeuronFindings& neurons = found.neurons;
  const auto add = [&](const char* name, int64_t count, const std::string& which) {
    list.add(name, number(count), "neurons", which + " with influence above the threshold");
  };
  list.add("neurons", number(found.weights.state_size()), "neurons", "size of the state");
  add("memory_neurons", neurons.counts.memory, "neurons of eigenvalue above 0.99");
  add("forget_neurons", neurons.counts.forget, "neurons of eigenvalue below 0.01");
  add("between_neurons", neurons.counts.between, "neurons of eigenvalue between 0.01 and 0.99");
  add("outside_neurons", neurons.counts.outside, "neurons of eigenvalue outside [0, 1]");
  add("remembering_neurons", neurons.remembering, "neurons of eigenvalue above 0.5");
  add("forgetting_neurons", neurons.kept.numel() - neurons.remembering,
      "neurons of eigenvalue up to 0.5");
  list.add("pruned_neurons", number(found.pruned.weights.state_size()), "neurons",
           "size of the network without the neurons below the threshold, merged exactly");
  list.add("pruned_difference", found.pruned_difference.rms, "share",
           "rms by which its outputs differ, over the rms of the outputs");
}

void add_function(MetricList& list, const Decompilation& found) {
  const FunctionFindings& function = found.function;
  list.add("polarised_difference", function.polarised_difference, "share",
           "rms by which the outputs change when every eigenvalue above 0.5 becomes one value and "
           "the others 0, over their rms: how far the kernels are from the network");
  if (function.obstacle) return;
  const double threshold = found.neurons.threshold;
  list.add("memory_modes", number(function.memory.count_above(threshold)), "directions",
           "independent directions of the memory with influence above the threshold, in any "
           "coordinates");
  list.add("query_modes", number(function.queries.count_above(threshold)), "directions",
           "the same of the current token");
  list.add("memory_eigenvalue", function.decay.eigenvalue, "per token",
           "the one eigenvalue that describes the memory best");
  list.add("memory_eigenvalue_spread", function.decay.spread, "share",
           "what that one eigenvalue leaves of the next token's kernel");
  list.add("attention_difference", function.attention_difference, "share",
           "rms that the trilinear tensor alone leaves of the outputs, over their rms");
  list.add("kernel_rest", function.norms.relative_rest(), "share",
           "largest norm of a kernel that attention does not have, over that of the trilinear "
           "tensor");
}

void add_heads(MetricList& list, const AttentionFindings& attention) {
  if (attention.nearest.empty()) return;
  list.add("one_head_distance", attention.nearest.front().distance, "share",
           "distance of the trilinear tensor to the nearest head, over its norm");
  list.add("heads", number(attention.heads), "heads",
           "least number of heads within 1 % of the trilinear tensor; 0: more than were tried");
}

void add_probe(MetricList& list, const char* name, const LinearProbe& probe,
               const std::string& what) {
  if (probe.obstacle) return;
  list.add(name, probe.unexplained, "1 - R²",
           "share of the variance of " + what + " that the neurons leave unexplained");
}

void add_teacher(MetricList& list, const AttentionFindings& attention, double threshold) {
  add_probe(list, "key_value_unexplained", attention.key_values, "the key-values");
  add_probe(list, "query_unexplained", attention.queries, "the queries");
  if (!attention.teacher || !attention.teacher->comparable) return;
  const TeacherFindings& teacher = *attention.teacher;
  list.add("kernel_distance", teacher.tensor.relative, "share",
           "distance of the trilinear tensor to the teacher's, over the teacher's norm");
  list.add("teacher_memory_modes", number(teacher.memory.count_above(threshold)), "directions",
           "memory_modes of the teacher: what a network with that threshold needs");
  list.add("teacher_query_modes", number(teacher.queries.count_above(threshold)), "directions",
           "query_modes of the teacher");
  list.add("teacher_eigenvalue", teacher.decay.eigenvalue, "per token", "decay of the teacher");
  if (!teacher.match) return;
  list.add("value_map_cosine", lowest(teacher.match->value_span_cosines), "cosine",
           "cosine of the teacher's W_O W_V and what was recovered, lowest over heads");
  list.add("query_key_cosine", lowest(teacher.match->query_key_span_cosines), "cosine",
           "the same for W_K^T W_Q");
}

void add_descent(MetricList& list, const DescentCoefficients& descent) {
  list.add("learning_rate_per_example", descent.learning_rate_per_example, "η/N",
           "diagonal of the kernel memory x query, mean over the examples' ages");
  list.add("expected_learning_rate_per_example", descent.expected_rate_per_example, "η/N",
           "best learning rate per example over the task's law, in closed form");
  list.add("learning_rate_ratio",
           descent.learning_rate_per_example / descent.expected_rate_per_example, "ratio",
           "the first of these over the second");
  list.add("descent_off_diagonal", descent.off_diagonal, "share",
           "largest entry of that kernel that gradient descent leaves at 0, over the diagonal");
  list.add("mean_decay", descent.mean_decay, "share", "mean of the eigenvalue's powers over ages");
}

void add_predictions(MetricList& list, const Decompilation& found) {
  const PredictionComparison& compared = *found.predictions;
  const BootstrapOptions bootstrap{found.options.bootstrap_samples, found.options.seed};
  list.add("loss_ratio_to_tuned_gd",
           bootstrap_ratio(compared.model_losses, compared.gradient_descent_losses, bootstrap),
           "ratio", "loss of the network over that of tuned gradient descent, same prompts");
  list.add("prediction_difference", compared.prediction_difference, "share",
           "rms distance of the predictions of network and gradient descent, over the rms of the "
           "latter");
  list.add("loss_ratio_spread", loss_ratio_spread(compared), "share",
           "spread over prompts of the ratio of the two losses");
  list.add("sensitivity_cosine", compared.sensitivity_cosine, "cosine",
           "mean cosine of the derivatives by the query with those of tuned gradient descent");
}

void add_rebuilt(MetricList& list, const RebuiltNetwork& rebuilt) {
  list.add("rebuilt_neurons", number(rebuilt.memory_neurons + rebuilt.query_neurons), "neurons",
           "size of the smallest network rebuilt from the attention");
  list.add("rebuilt_difference", rebuilt.rms_difference, "share",
           "rms by which its outputs differ on fresh sequences, over the rms of the outputs");
}

}  // namespace

Json summarize(const Decompilation& found) {
  MetricList list;
  if (found.evaluation) add_metrics(list, *found.evaluation);
  if (found.predictions) add_predictions(list, found);
  add_neurons(list, found);
  add_function(list, found);
  if (found.attention) {
    add_heads(list, *found.attention);
    add_teacher(list, *found.attention, found.neurons.threshold);
  }
  if (found.descent) add_descent(list, *found.descent);
  if (found.rebuilt) add_rebuilt(list, *found.rebuilt);
  add_metrics(list, found.scaled);
  if (found.algorithms) add_metrics(list, *found.algorithms);
  return {{"format", 1},
          {"kind", "decompiler"},
          {"model", found.name},
          {"task", found.task},
          {"options", to_json(found.options)},
          {"loss_convention", found.evaluation ? Json(found.evaluation->loss.unit) : Json()},
          {"interval", kEvaluationInterval},
          {"arithmetic", "float64"},
          {"measured_on", found.measured_on},
          {"conclusion", to_json(conclude(found))},
          {"metrics", list.json()}};
}

}  // namespace gril
