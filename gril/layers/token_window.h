#pragma once

#include <torch/types.h>

#include <cstdint>

#include "gril/layers/update_schedule.h"

/// Windows over a token stream, in the order of time: row ℓ of a window of w tokens is the token
/// at offset j = w-1-ℓ back from the newest one.
namespace gril {

/// The stream with what came before it: (B, w-1+T, F) from tokens (B, T, F) and the last w-1 tokens
/// `history` (B, w-1, F); an undefined history stands for zeros.
torch::Tensor with_history(const torch::Tensor& tokens, const torch::Tensor& history,
                           int64_t window);

/// The windows that end at the updates: (B, n, w, F), a view of `padded` (B, w-1+T, F).
torch::Tensor windows_at_updates(const torch::Tensor& padded, int64_t window,
                                 const UpdateSchedule& schedule);

/// The same as a contiguous copy without a gradient, and its gradient: (B, w-1+T, F) from
/// (B, n, w, F).
torch::Tensor copy_windows(const torch::Tensor& padded, int64_t window,
                           const UpdateSchedule& schedule);
torch::Tensor copy_windows_backward(const torch::Tensor& windows, const UpdateSchedule& schedule);

/// Weighted sums over the windows that end at the updates, as the windows in the order of time:
///
///     result[b, t, R-1-i] = Σ_j weights[i, j] u_{t-j}
///
/// weights  (R, w); both axes count back from the newest token.
/// padded   (B, w-1+T, F), dtype and device of weights: float32 or float64.
/// returns  (B, n, R, F), contiguous, without a gradient.
/// cost     2·B·n·R·w·F operations; on the CPU without a copy of the windows.
torch::Tensor mix_windows(const torch::Tensor& weights, const torch::Tensor& padded,
                          const UpdateSchedule& schedule);

struct MixGradients {
  torch::Tensor weights;
  torch::Tensor padded;  ///< undefined unless wanted
};

/// The gradients of the arguments of mix_windows from `mixed`, that of its result.
MixGradients mix_windows_backward(const torch::Tensor& weights, const torch::Tensor& padded,
                                  const UpdateSchedule& schedule, const torch::Tensor& mixed,
                                  bool padded_wanted);

}  // namespace gril
