#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gril/analysis/algorithms/in_context_algorithm.h"
#include "gril/analysis/prompt_sample.h"
#include "gril/base/json.h"

namespace gril {

/// How near a network is to one algorithm on the same prompts. Source: von Oswald et al. 2023;
/// gated_rnn_attention.md 4.4, item 5.
struct AlgorithmDistance {
  InContextAlgorithm algorithm;
  double loss = 0.0;                   ///< of the algorithm, half squared error, mean over outputs
  double prediction_difference = 0.0;  ///< mean square of ŷ − ŷ_A, over prompts and outputs
  double prediction_cosine = 0.0;  ///< ⟨ŷ, ŷ_A⟩ / (|ŷ| |ŷ_A|) over all prompts and outputs
  /// Mean over prompts and outputs of cos(∂ŷ/∂x_q, ∂ŷ_A/∂x_q) and of the norm of their difference.
  double sensitivity_cosine = 0.0;
  double sensitivity_difference = 0.0;
};

/// A network as a black box beside 1 … 5 gradient-descent steps and ridge regression.
struct AlgorithmComparison {
  int64_t prompts = 0;
  double loss = 0.0;                         ///< of the network
  double prediction_square = 0.0;            ///< mean square of ŷ: the scale of the differences
  double sensitivity_norm = 0.0;             ///< mean norm of ∂ŷ/∂x_q
  std::vector<AlgorithmDistance> distances;  ///< in the order of tuned_algorithms
  std::size_t nearest = 0;                   ///< with the least prediction_difference; means
                                             ///< nothing where nearest_obstacle names a reason
  std::size_t nearest_sensitivity = 0;       ///< with the least sensitivity_difference
};

/// Why no algorithm is nearest, or nothing: the network's predictions are not finite, or all 0.
std::optional<std::string> nearest_obstacle(const AlgorithmComparison& comparison);

/// sample, tuning  which prompts; parameters are chosen on `tuning`, which must be other ones
/// cost            m backward passes over the sample, 960 passes over the spectra of tuning
AlgorithmComparison compare_with_algorithms(const SequenceModel& model, const InContextTask& task,
                                            const PromptSample& sample, const PromptSample& tuning);

/// The file algorithms.json; the format is in gril/analysis/README.md.
Json to_json(const AlgorithmComparison& comparison);

}  // namespace gril
