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

/// Weighted sums over the windows that end at the updates, as the windows in the order of time:
///
///     result[b, t, R-1-i] = Σ_j weights[i, j] u_{t-j}
///
/// weights  (R, w); both axes count back from the newest token.
/// padded   (B, w-1+T, F), dtype and device of weights.
/// copies   c ≥ 1: the R results are repeated c times along their axis.
/// returns  (B, n, c·R, F), contiguous.
/// cost     2·B·n·R·w·F operations, without a copy of the windows. First-order gradients of both.
torch::Tensor mix_windows(const torch::Tensor& weights, const torch::Tensor& padded,
                          const UpdateSchedule& schedule, int64_t copies = 1);

}  // namespace gril
