#include "gril/layers/token_window.h"

#include <ATen/ATen.h>

namespace gril {

torch::Tensor with_history(const torch::Tensor& tokens, const torch::Tensor& history,
                           int64_t window) {
  if (window == 1) return tokens;
  if (history.defined()) return at::cat({history, tokens}, 1);
  return at::constant_pad_nd(tokens, {0, 0, window - 1, 0});
}

torch::Tensor windows_at_updates(const torch::Tensor& padded, int64_t window,
                                 const UpdateSchedule& schedule) {
  const at::Tensor from_first =
      schedule.first == 0 ? padded
                          : padded.narrow(1, schedule.first, padded.size(1) - schedule.first);
  return from_first.unfold(1, window, schedule.stride).transpose(2, 3);
}

torch::Tensor mix_windows(const torch::Tensor& weights, const torch::Tensor& windows) {
  const int64_t window = windows.size(2);
  if (window == 1 && weights.size(0) == 1) return windows * weights;
  const int64_t batch = windows.size(0);
  const int64_t updates = windows.size(1);
  const int64_t features = windows.size(3);
  // One wide product, window rows first: many small products would cost a call each.
  const at::Tensor rows =
      windows.permute({2, 0, 1, 3}).reshape({window, batch * updates * features});
  return at::mm(weights, rows)
      .view({weights.size(0), batch, updates, features})
      .permute({1, 2, 0, 3});
}

}  // namespace gril
