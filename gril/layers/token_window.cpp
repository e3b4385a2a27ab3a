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

torch::Tensor copy_windows(const torch::Tensor& padded, int64_t window,
                           const UpdateSchedule& schedule) {
  const at::Tensor stream = padded.contiguous();
  const int64_t features = stream.size(2);
  at::Tensor windows =
      at::empty({stream.size(0), schedule.count, window, features}, stream.options());
  // A window is one piece of the stream; a strided copy would go row by row.
  at::Tensor from = stream.as_strided({stream.size(0), schedule.count, window * features},
                                      {stream.size(1) * features, schedule.stride * features, 1},
                                      stream.storage_offset() + schedule.first * features);
  windows.view(from.sizes()).copy_(from);
  return windows;
}

torch::Tensor copy_windows_backward(const torch::Tensor& windows, const UpdateSchedule& schedule) {
  const int64_t window = windows.size(2);
  at::Tensor padded = at::zeros({windows.size(0), window - 1 + schedule.length, windows.size(3)},
                                windows.options());
  const int64_t reach = (schedule.count - 1) * schedule.stride + 1;
  for (int64_t row = 0; row < window; ++row) {
    padded.narrow(1, schedule.first + row, reach)
        .slice(1, 0, reach, schedule.stride)
        .add_(windows.select(2, row));
  }
  return padded;
}

}  // namespace gril
