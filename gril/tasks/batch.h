#pragma once

#include <torch/types.h>

#include <cstdint>

namespace gril {

/// Sequences and what a model should answer. B sequences, T tokens, m outputs. What the targets are
/// and where they count says the task's Scoring.
struct Batch {
  /// (B, T, width), what the model sees: numbers, or (B, T, 1) int64 symbols where Task::symbols()
  /// is not 0.
  torch::Tensor tokens;
  /// Squared errors: numbers, (B, m) at the last token, otherwise (B, T, m). Cross-entropy: classes
  /// 0 … m - 1, int64, (B) at the last token, otherwise (B, T). Never shown to the model.
  torch::Tensor targets;
  /// (B, T) bool, the tokens whose outputs count; only with Positions::kMarked, otherwise
  /// undefined.
  torch::Tensor marked = {};
  /// (B) int64, 1 … T: the tokens of each sequence, behind which stands padding that counts
  /// nowhere; undefined: T of each.
  torch::Tensor lengths = {};
  /// Row b goes on where row b of the batch before ended, so that a state can be carried over.
  bool continues = false;
};

/// The sequences first … first + count - 1 of a batch, as views.
inline Batch batch_rows(const Batch& batch, int64_t first, int64_t count) {
  return {
      .tokens = batch.tokens.narrow(0, first, count),
      .targets = batch.targets.narrow(0, first, count),
      .marked = batch.marked.defined() ? batch.marked.narrow(0, first, count) : batch.marked,
      .lengths = batch.lengths.defined() ? batch.lengths.narrow(0, first, count) : batch.lengths,
      .continues = batch.continues};
}

/// A batch on another device; the batch itself where it is there already.
inline Batch batch_on(const Batch& batch, torch::Device device) {
  const auto moved = [&](const torch::Tensor& tensor) {
    return tensor.defined() ? tensor.to(device) : tensor;
  };
  return {.tokens = moved(batch.tokens),
          .targets = moved(batch.targets),
          .marked = moved(batch.marked),
          .lengths = moved(batch.lengths),
          .continues = batch.continues};
}

}  // namespace gril
