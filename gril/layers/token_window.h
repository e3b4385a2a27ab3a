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

/// Weighted sums over windows: result[b, t, r] = Σ_ℓ weights[r, ℓ] windows[b, t, ℓ].
/// weights (R, w); windows (B, n, w, F); returns (B, n, R, F).
torch::Tensor mix_windows(const torch::Tensor& weights, const torch::Tensor& windows);

}  // namespace gril
