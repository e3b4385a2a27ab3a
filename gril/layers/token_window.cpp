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

}  // namespace gril
