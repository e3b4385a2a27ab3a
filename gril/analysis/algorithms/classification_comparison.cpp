#include "gril/analysis/algorithms/classification_comparison.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "gril/analysis/algorithms/context_span.h"
#include "gril/base/check.h"
#include "gril/evaluation/loss.h"

namespace gril {
namespace {

constexpr int64_t kMostSteps = 5;

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double share(const torch::Tensor& chosen, const torch::Tensor& classes) {
  return chosen.eq(classes).sum().item<double>();
}

/// Adds one batch; accuracies and divergences are sums until the end.
void add_batch(ClassificationComparison& sums, const torch::Tensor& scores,
               const Prompts& prompts) {
  const torch::Tensor network = scores.log_softmax(1);
  const torch::Tensor chosen = network.argmax(1);
  append(sums.losses, position_losses(LossKind::kCrossEntropy, scores, prompts.targets));
  sums.accuracy += share(chosen, prompts.targets);
  const Prompts spanned = in_context_span(prompts);
  for (ClassificationDistance& distance : sums.distances) {
    const torch::Tensor found = distance.method.predict(spanned).log_softmax(1);
    append(distance.losses, position_losses(LossKind::kCrossEntropy, found, prompts.targets));
    distance.accuracy += share(found.argmax(1), prompts.targets);
    distance.agreement += share(found.argmax(1), chosen);
    distance.divergence += (network.exp() * (network - found)).sum().item<double>();
  }
}

/// All tuning prompts at once.
std::vector<ClassicalMethod> tuned_on(const InContextTask& task, PromptSample tuning) {
  tuning.batch_size = tuning.prompts;
  std::vector<ClassicalMethod> methods;
  for_each_batch(task, tuning, [&](const Prompts& prompts) {
    methods = classification_methods(in_context_span(prompts));
  });
  return methods;
}

/// Mean over prompts of the network's loss minus the method's, with its interval.
Estimate loss_difference(const ClassificationComparison& comparison, std::size_t method,
                         const BootstrapOptions& bootstrap) {
  std::vector<double> differences = comparison.losses;
  const std::vector<double>& others = comparison.distances.at(method).losses;
  for (std::size_t i = 0; i < differences.size(); ++i) differences[i] -= others[i];
  return bootstrap_mean(differences, bootstrap);
}

}  // namespace

ClassificationComparison compare_classification(const SequenceModel& model,
                                                const InContextTask& task,
                                                const PromptSample& sample,
                                                const PromptSample& tuning) {
  const at::NoGradGuard no_gradients;
  ClassificationComparison result;
  for (const ClassicalMethod& method : tuned_on(task, tuning)) {
    result.distances.push_back({.method = method, .losses = {}});
  }
  for_each_batch(task, sample, [&](const Prompts& prompts) {
    add_batch(result, query_predictions(model, prompts.tokens), prompts);
  });
  const auto count = static_cast<double>(result.losses.size());
  result.accuracy /= count;
  for (ClassificationDistance& distance : result.distances) {
    distance.accuracy /= count;
    distance.agreement /= count;
    distance.divergence /= count;
  }
  const auto nearest = std::min_element(
      result.distances.begin(), result.distances.end(), [](const auto& a, const auto& b) {
        if (std::isnan(a.divergence)) return false;
        return std::isnan(b.divergence) || a.divergence < b.divergence;
      });
  result.nearest = static_cast<std::size_t>(nearest - result.distances.begin());
  return result;
}

void add_metrics(MetricList& list, const ClassificationComparison& comparison,
                 const BootstrapOptions& bootstrap) {
  const auto add = [&](const std::string& name, std::size_t method) {
    list.add(name, loss_difference(comparison, method, bootstrap), "nats",
             "loss of the network minus that of " + comparison.distances.at(method).method.name +
                 ", tuned, on the same prompts");
  };
  add("nll_over_one_step_reference", kOneStep);
  for (int64_t steps = 1; steps <= kMostSteps; ++steps) {
    add(concatenate("nll_minus_", steps, "_steps_shared"), kOneStep + steps - 1);
  }
  for (int64_t steps = 2; steps <= kMostSteps; ++steps) {
    add(concatenate("nll_minus_", steps, "_steps_free"), kOneStep + kMostSteps + steps - 2);
  }
  const ClassificationDistance& nearest = comparison.distances.at(comparison.nearest);
  list.add("divergence_to_nearest", nearest.divergence, "nats",
           "mean Kullback-Leibler divergence of the network's distributions from those of " +
               nearest.method.name);
}

std::string classification_sentence(const ClassificationComparison& comparison) {
  const ClassificationDistance& nearest = comparison.distances.at(comparison.nearest);
  const double difference = mean(comparison.losses) - mean(comparison.distances[kOneStep].losses);
  if (!std::isfinite(nearest.divergence) || !std::isfinite(difference)) {
    return "Beside the classical methods its distributions are not finite, so none is near.";
  }
  return concatenate("Of the classical methods, all tuned, its distributions are nearest to ",
                     nearest.method.name, ": mean divergence ", nearest.divergence,
                     " nats. Its loss is ", std::abs(difference), " nats ",
                     difference > 0 ? "above" : "below",
                     " that of one step of descent on the cross-entropy.");
}

Json to_json(const ClassificationComparison& comparison) {
  const ClassificationDistance& nearest = comparison.distances.at(comparison.nearest);
  Json algorithms = Json::array();
  for (const ClassificationDistance& distance : comparison.distances) {
    algorithms.push_back({{"name", distance.method.name},
                          {"tuned", distance.method.tuned},
                          {"loss", mean(distance.losses)},
                          {"accuracy", distance.accuracy},
                          {"divergence", distance.divergence},
                          {"agreement", distance.agreement}});
  }
  return {{"prompts", comparison.losses.size()},
          {"loss", mean(comparison.losses)},
          {"accuracy", comparison.accuracy},
          {"algorithms", algorithms},
          {"nearest", std::isfinite(nearest.divergence) ? Json(nearest.method.name) : Json()}};
}

}  // namespace gril
