#pragma once

#include <torch/types.h>

#include <cstdint>

#include "gril/tasks/in_context/in_context_task.h"

namespace gril {

/// k-nearest neighbours on the context of a prompt: the k examples whose inputs have the least
/// Euclidean distance to the query; of equally near ones, the earlier.
struct NearestNeighbours {
  int64_t neighbours = 1;  ///< k, 1 … N
  double smoothing = 0.0;  ///< α, for classes: added to the count of each class; above 0
};

/// Mean target of the k nearest examples for every k = 1 … N: (B, N, m), element k − 1.
torch::Tensor nearest_means(const Prompts& prompts);

/// The mean target of the k nearest examples, (B, m).
/// Errors: InvalidArgument "[nearest_neighbours] …" when a prompt has fewer than k examples.
torch::Tensor nearest_predictions(const NearestNeighbours& method, const Prompts& prompts);

/// log((n_c + α) / (k + α C)), (B, C), with n_c of the k nearest examples in class c; the context
/// targets are one-hot. Errors: as nearest_predictions.
torch::Tensor nearest_scores(const NearestNeighbours& method, const Prompts& prompts);

/// k with the least squared error on tuning prompts.
NearestNeighbours tuned_for_numbers(const Prompts& tuning);

/// k and α, from 1e-3 to 1e3, with the least cross-entropy on tuning prompts, whose targets are
/// classes. Cost: about 40 N passes over (B, C) numbers.
NearestNeighbours tuned_for_classes(const Prompts& tuning);

}  // namespace gril
