#include "gril/layers/update_schedule.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace gril {

UpdateSchedule::UpdateSchedule(int64_t length_, int64_t stride_, int64_t phase)
    : length(length_),
      stride(stride_),
      first((stride_ - phase) % stride_),
      count(length_ > first ? (length_ - first - 1) / stride_ + 1 : 0) {}

torch::Tensor hold_between_updates(const torch::Tensor& updated, const torch::Tensor& held,
                                   const UpdateSchedule& schedule) {
  if (schedule.stride == 1) return updated;
  at::Tensor before;
  if (schedule.first > 0) {
    const int64_t length = std::min(schedule.first, schedule.length);
    before = held.unsqueeze(1).expand({held.size(0), length, held.size(1)});
    if (schedule.count == 0) return before.contiguous();
  }
  const int64_t batch = updated.size(0);
  const int64_t features = updated.size(2);
  const at::Tensor after = updated.unsqueeze(2)
                               .expand({batch, schedule.count, schedule.stride, features})
                               .reshape({batch, schedule.count * schedule.stride, features})
                               .narrow(1, 0, schedule.length - schedule.first);
  return before.defined() ? at::cat({before, after}, 1) : after;
}

}  // namespace gril
