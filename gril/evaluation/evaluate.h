#pragma once

#include <torch/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "gril/evaluation/evaluation_set.h"
#include "gril/models/sequence_model.h"
#include "gril/runs/result.h"
#include "gril/tasks/in_context/in_context_task.h"
#include "gril/tasks/task.h"

namespace gril {

/// The fixed sequences on which models are compared, as one batch: Task::evaluation_batch. Training
/// and analysis take them from here or from evaluation_set.h, so equal arguments mean equal
/// sequences.
/// Errors: InvalidArgument when tasks < 1.
Batch evaluation_tasks(const Task& task, int64_t tasks, uint64_t seed, torch::Dtype dtype);

/// The same sequences of an in-context task, with the context beside the tokens.
Prompts evaluation_prompts(const InContextTask& task, int64_t tasks, uint64_t seed,
                           torch::Dtype dtype);

/// What a model reaches on sequences. Every value with its standard error over sequences, which a
/// single sequence does not have.
struct Evaluation {
  Result loss;                  ///< "loss" of the task's kind; its unit is loss_convention(scoring)
  std::vector<Result> further;  ///< the same outputs in other words, see measure
};

/// Measures outputs. Beside the loss:
///
///     half squared error   "mean_squared_error"            twice the loss
///     squared errors       "error_over_target_variance"    mean squared error over the variance of
///                          the targets that count, around their mean; absent where they are all
///                          equal
///     cross-entropy        "accuracy"                      share of outputs whose largest entry is
///                          that of the class
///     cross-entropy of     "perplexity" and "bits_per_symbol": exp of the loss, and the loss over
///     every token          ln 2
///
/// Each is a ratio of sums over sequences, R = Σ a_b / Σ w_b, and its standard error is the root of
/// Σ (a_b - R w_b)² / (B (B - 1)) over the mean of w: for equal w_b, the usual one of a mean. Those
/// of perplexity and bits follow from that of the loss by their derivative.
///
/// output   (B, T, m) of a model, or (B, 1, m) where only the last token counts
/// errors   InvalidArgument "[evaluate] …" when output and targets do not fit each other
Evaluation measure(const Scoring& scoring, const torch::Tensor& output, const Batch& batch);

/// Measures a model. Cost: one forward pass, in the pieces of piecewise_sums.h: memory does not
/// grow with the number of sequences, nor with T where a causal model is scored at every token.
/// Errors: whatever the model refuses.
Evaluation evaluate(const SequenceModel& model, const Scoring& scoring,
                    const EvaluationSet& sequences);
Evaluation evaluate(const SequenceModel& model, const Scoring& scoring, const Batch& batch);

/// Measures the output 0: no number, or all `outputs` classes alike.
Evaluation evaluate_zero(int64_t outputs, const Scoring& scoring, const EvaluationSet& sequences);

/// Loss when only the first i = 1 … N context examples are shown, the same queries for all i;
/// element i - 1. Cost: N forward passes over shorter prompts.
std::vector<Result> loss_over_context_length(const SequenceModel& model, const InContextTask& task,
                                             const Prompts& prompts);

}  // namespace gril
