#pragma once

#include <torch/types.h>

#include <cstdint>

namespace gril {

/// Which tokens of a piece of T tokens update a layer of stride s: first, first + s, …
/// Between two updates the layer holds its output.
struct UpdateSchedule {
  int64_t length;  ///< T
  int64_t stride;  ///< s
  int64_t first;   ///< index of the first update, 0 … s-1
  int64_t count;   ///< n, number of updates; 0 when the piece lies between two of them

  /// phase: tokens seen since the last update, modulo s (0: the next token is an update).
  UpdateSchedule(int64_t length, int64_t stride, int64_t phase);

  /// The phase after the piece.
  int64_t next_phase() const { return (length - first + stride) % stride; }
};

/// One output per token out of one per update.
/// updated  (B, n, m), the outputs of the updates; ignored when n = 0.
/// held     (B, m), the output before the piece; read when the piece does not start with an update.
/// returns  (B, T, m), with gradients of first order.
/// errors   c10::NotImplementedError "[gril] gradients are of first order only; …".
torch::Tensor hold_between_updates(const torch::Tensor& updated, const torch::Tensor& held,
                                   const UpdateSchedule& schedule);

}  // namespace gril
