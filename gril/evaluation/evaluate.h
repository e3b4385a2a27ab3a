#pragma once

#include <torch/types.h>

#include <cstdint>
#include <vector>

#include "gril/models/sequence_model.h"
#include "gril/runs/result.h"
#include "gril/tasks/task.h"

namespace gril {

/// The fixed prompts on which models are compared: `tasks` prompts from
/// child_seed(seed, "evaluation tasks"). Training and analysis both take them from here, so equal
/// arguments mean equal prompts. Errors: InvalidArgument when tasks < 1.
Batch evaluation_tasks(const Task& task, int64_t tasks, uint64_t seed, torch::Dtype dtype);

/// The model's output at the last token of every prompt, its prediction for the query.
///
/// tokens   (B, T, width), dtype of the model's parameters
/// returns  (B, m), without gradient
/// errors   whatever the model refuses
/// cost     one forward pass in pieces of 512 prompts, so that memory does not grow with B
torch::Tensor predict(const SequenceModel& model, const torch::Tensor& tokens);

/// Result "loss" of predictions: kLossConvention, with the standard error over prompts.
/// predictions, targets  (B, m). Errors: InvalidArgument when the shapes differ.
Result measure_loss(const torch::Tensor& predictions, const torch::Tensor& targets);

/// Loss of a model on prompts.
Result evaluate_loss(const SequenceModel& model, const Batch& prompts);

/// Loss when only the first i = 1 … N context examples are shown, the same queries for all i;
/// element i - 1. Cost: N forward passes over shorter prompts.
std::vector<Result> loss_over_context_length(const SequenceModel& model, TokenLayout layout,
                                             const Batch& prompts);

}  // namespace gril
