#include "gril/layers/update_schedule.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>

namespace gril {

UpdateSchedule::UpdateSchedule(int64_t length_, int64_t stride_, int64_t phase)
    : length(length_),
      stride(stride_),
      first((stride_ - phase) % stride_),
      count(length_ > first ? (length_ - first - 1) / stride_ + 1 : 0) {}

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;

/// Repeats every output over its stride. As torch operations this takes four calls forward and four
/// copies backward.
class HoldFunction : public torch::autograd::Function<HoldFunction> {
 public:
  static Variable forward(AutogradContext* context, const Variable& updated, int64_t stride,
                          int64_t length) {
    context->saved_data["stride"] = stride;
    const int64_t batch = updated.size(0);
    const int64_t features = updated.size(2);
    at::Tensor held = at::empty({batch, length, features}, updated.options());
    for (int64_t offset = 0; offset < std::min(stride, length); ++offset) {
      at::Tensor places = held.slice(1, offset, length, stride);
      places.copy_(updated.narrow(1, 0, places.size(1)));
    }
    return held;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const int64_t stride = context->saved_data["stride"].toInt();
    const int64_t length = gradients[0].size(1);
    at::Tensor sum = gradients[0].slice(1, 0, length, stride);
    for (int64_t offset = 1; offset < std::min(stride, length); ++offset) {
      const at::Tensor places = gradients[0].slice(1, offset, length, stride);
      sum = offset == 1 ? sum.clone() : sum;
      sum.narrow(1, 0, places.size(1)).add_(places);
    }
    return {sum, Variable(), Variable()};
  }
};

}  // namespace

torch::Tensor hold_between_updates(const torch::Tensor& updated, const torch::Tensor& held,
                                   const UpdateSchedule& schedule) {
  if (schedule.stride == 1) return updated;
  at::Tensor before;
  if (schedule.first > 0) {
    const int64_t length = std::min(schedule.first, schedule.length);
    before = held.unsqueeze(1).expand({held.size(0), length, held.size(1)});
    if (schedule.count == 0) return before.contiguous();
  }
  const at::Tensor after =
      HoldFunction::apply(updated, schedule.stride, schedule.length - schedule.first);
  return before.defined() ? at::cat({before, after}, 1) : after;
}

}  // namespace gril
