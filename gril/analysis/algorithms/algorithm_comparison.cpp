#include "gril/analysis/algorithms/algorithm_comparison.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "gril/analysis/prediction_comparison.h"

namespace gril {
namespace {

/// Sums over prompts that become means and cosines at the end.
struct Sums {
  double loss = 0.0;
  double difference = 0.0;
  double product = 0.0;
  double square = 0.0;
  double cosine = 0.0;
  double distance = 0.0;
};

/// What the network did with a batch.
struct Answers {
  torch::Tensor predictions;    ///< (B, m)
  torch::Tensor sensitivities;  ///< (B, m, d)
  torch::Tensor targets;        ///< (B, m)
};

void add(Sums& sums, const Answers& answers, const ContextSpectrum& spectrum,
         const InContextAlgorithm& algorithm) {
  constexpr double kNormFloor = 1e-8;
  const torch::Tensor filter = algorithm_filter(algorithm, spectrum.eigenvalues);
  const torch::Tensor predictions = filtered_predictions(spectrum, filter);
  const torch::Tensor weights = filtered_weights(spectrum, filter);
  const auto total = [](const torch::Tensor& tensor) { return tensor.sum().item<double>(); };
  sums.loss += 0.5 * total((predictions - answers.targets).square());
  sums.difference += total((predictions - answers.predictions).square());
  sums.product += total(predictions * answers.predictions);
  sums.square += total(predictions.square());
  const torch::Tensor norms = weights.norm(2, {2}).clamp_min(kNormFloor) *
                              answers.sensitivities.norm(2, {2}).clamp_min(kNormFloor);
  sums.cosine += total((weights * answers.sensitivities).sum(2) / norms);
  sums.distance += total((weights - answers.sensitivities).norm(2, {2}));
}

AlgorithmDistance distance_of(const Sums& sums, const InContextAlgorithm& algorithm,
                              double network_square, double count) {
  return {.algorithm = algorithm,
          .loss = sums.loss / count,
          .prediction_difference = sums.difference / count,
          .prediction_cosine = sums.product / std::sqrt(sums.square * network_square),
          .sensitivity_cosine = sums.cosine / count,
          .sensitivity_difference = sums.distance / count};
}

/// What is not a number comes last.
template <typename Field>
std::size_t smallest(const std::vector<AlgorithmDistance>& distances, const Field& field) {
  const auto least = std::min_element(distances.begin(), distances.end(),
                                      [&](const AlgorithmDistance& a, const AlgorithmDistance& b) {
                                        if (std::isnan(a.*field)) return false;
                                        return std::isnan(b.*field) || a.*field < b.*field;
                                      });
  return static_cast<std::size_t>(least - distances.begin());
}

/// All tuning prompts at once: a spectrum is small.
std::vector<InContextAlgorithm> tuned_on(const InContextTask& task, PromptSample tuning) {
  tuning.batch_size = tuning.prompts;
  std::vector<InContextAlgorithm> algorithms;
  for_each_batch(task, tuning, [&](const Prompts& prompts) {
    algorithms = tuned_algorithms(context_spectrum(prompts), prompts.targets);
  });
  return algorithms;
}

}  // namespace

AlgorithmComparison compare_with_algorithms(const SequenceModel& model, const InContextTask& task,
                                            const PromptSample& sample,
                                            const PromptSample& tuning) {
  const std::vector<InContextAlgorithm> algorithms = tuned_on(task, tuning);
  std::vector<Sums> sums(algorithms.size());
  AlgorithmComparison result;
  for_each_batch(task, sample, [&](const Prompts& prompts) {
    const Answers answers{query_predictions(model, prompts.tokens).detach(),
                          query_sensitivities(model, task, prompts), prompts.targets};
    const ContextSpectrum spectrum = context_spectrum(prompts);
    result.prompts += prompts.targets.size(0);
    for (std::size_t i = 0; i < algorithms.size(); ++i) {
      add(sums[i], answers, spectrum, algorithms[i]);
    }
    result.loss += 0.5 * (answers.predictions - answers.targets).square().sum().item<double>();
    result.prediction_square += answers.predictions.square().sum().item<double>();
    result.sensitivity_norm += answers.sensitivities.norm(2, {2}).sum().item<double>();
  });
  const auto count = static_cast<double>(result.prompts * task.output_size());
  for (std::size_t i = 0; i < algorithms.size(); ++i) {
    result.distances.push_back(
        distance_of(sums[i], algorithms[i], result.prediction_square, count));
  }
  result.loss /= count;
  result.prediction_square /= count;
  result.sensitivity_norm /= count;
  result.nearest = smallest(result.distances, &AlgorithmDistance::prediction_difference);
  result.nearest_sensitivity =
      smallest(result.distances, &AlgorithmDistance::sensitivity_difference);
  return result;
}

std::optional<std::string> nearest_obstacle(const AlgorithmComparison& comparison) {
  if (!std::isfinite(comparison.prediction_square)) return "its predictions are not finite";
  if (!(comparison.prediction_square > 0.0)) return "its predictions are all 0";
  if (!std::isfinite(comparison.distances.at(comparison.nearest).prediction_difference)) {
    return "the algorithms' predictions are not finite on these prompts";
  }
  return std::nullopt;
}

Json to_json(const AlgorithmComparison& comparison) {
  Json algorithms = Json::array();
  for (const AlgorithmDistance& distance : comparison.distances) {
    const bool descent = distance.algorithm.steps > 0;
    algorithms.push_back({{"name", algorithm_name(distance.algorithm)},
                          {"steps", distance.algorithm.steps},
                          {descent ? "learning_rate" : "penalty", distance.algorithm.parameter},
                          {"loss", distance.loss},
                          {"prediction_difference", distance.prediction_difference},
                          {"prediction_cosine", distance.prediction_cosine},
                          {"sensitivity_cosine", distance.sensitivity_cosine},
                          {"sensitivity_difference", distance.sensitivity_difference}});
  }
  const bool none = nearest_obstacle(comparison).has_value();
  const auto name_of = [&](std::size_t index) {
    return none ? Json() : Json(algorithm_name(comparison.distances.at(index).algorithm));
  };
  return {{"prompts", comparison.prompts},
          {"loss", comparison.loss},
          {"prediction_square", comparison.prediction_square},
          {"sensitivity_norm", comparison.sensitivity_norm},
          {"algorithms", algorithms},
          {"nearest", name_of(comparison.nearest)},
          {"nearest_sensitivity", name_of(comparison.nearest_sensitivity)}};
}

}  // namespace gril
