#pragma once

#include <torch/types.h>

#include <cstdint>
#include <string>

#include "gril/tasks/batch.h"
#include "gril/tasks/scoring.h"

namespace gril {

/// Every loss of gril, defined once. ŷ are outputs of a model, y what they are compared with.

/// ½ mean of (ŷ - y)². Source: gd-ssm's train_helpers (arXiv 2410.11687v1).
///
/// predictions  ŷ, any shape
/// targets      y, same shape and dtype
/// returns      a scalar with gradient
/// errors       c10::ValueError "[loss] …" when the shapes differ: broadcasting would hide a
///              mistake
torch::Tensor half_squared_error(const torch::Tensor& predictions, const torch::Tensor& targets);

/// Mean of (ŷ - y)²; otherwise as half_squared_error.
torch::Tensor mean_squared_error(const torch::Tensor& predictions, const torch::Tensor& targets);

/// Mean of -log softmax(ŷ)[class], in nats.
///
/// predictions  ŷ, (…, C), one number per class
/// targets      classes 0 … C - 1, int64, the shape of ŷ without its last axis
/// returns      a scalar with gradient
/// errors       c10::ValueError "[loss] …" for other shapes or another dtype of the classes;
///              libtorch's own for a class outside its range
torch::Tensor cross_entropy(const torch::Tensor& predictions, const torch::Tensor& targets);

/// The loss of every position by itself, in float64 and without a mean over positions.
///
/// predictions  ŷ, (…, m)
/// targets      numbers (…, m), over which squared errors are averaged, or classes (…)
/// returns      (…)
torch::Tensor position_losses(LossKind kind, const torch::Tensor& predictions,
                              const torch::Tensor& targets);

/// How a loss is to be read, as it stands wherever the number stands:
///
///     half squared error, mean over outputs                last token
///     half squared error, mean over time and outputs       every token
///     mean squared error over batch and outputs            last token
///     mean squared error over time, batch and outputs      every token
///     cross-entropy in nats, last token
///     cross-entropy in nats, mean over tokens              every token
///
/// and "marked tokens" in place of time, batch or tokens where only marked ones count. Tokens are
/// those of the sequences, without padding.
std::string loss_convention(const Scoring& scoring);

/// The loss of a task on a batch: one of the above, mean over the positions that count.
///
/// output   of a model, (B, T, m), or (B, 1, m) where only the last token counts
/// returns  a scalar with gradient
/// errors   as the losses and counted_outputs.h
torch::Tensor scored_loss(const Scoring& scoring, const torch::Tensor& output, const Batch& batch);

/// How many outputs of a batch count: B, all tokens but padding, or the marked ones. The loss of a
/// batch is the mean over its parts, weighted with this.
int64_t counted_positions(const Scoring& scoring, const Batch& batch);

}  // namespace gril
