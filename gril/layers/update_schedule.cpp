#include "gril/layers/update_schedule.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
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

/// Numbers of a batch of sequences: n outputs of m features held over `length` tokens.
struct HoldSizes {
  int64_t batch, updates, features, stride, length;

  int64_t tokens() const { return batch * length; }
  /// Where the output that token `index` of the batch holds begins.
  int64_t source(int64_t index) const {
    return (index / length * updates + index % length / stride) * features;
  }
};

at::Tensor repeated_on_cpu(const at::Tensor& updated, const HoldSizes& sizes) {
  const at::Tensor from = updated.contiguous();
  at::Tensor held = at::empty({sizes.batch, sizes.length, sizes.features}, updated.options());
  AT_DISPATCH_FLOATING_TYPES(from.scalar_type(), "hold_between_updates", [&] {
    const auto* source = from.data_ptr<scalar_t>();
    auto* place = held.data_ptr<scalar_t>();
    for (int64_t token = 0; token < sizes.tokens(); ++token) {
      place = std::copy_n(source + sizes.source(token), sizes.features, place);
    }
  });
  return held;
}

at::Tensor summed_on_cpu(const at::Tensor& held, const HoldSizes& sizes) {
  const at::Tensor from = held.contiguous();
  at::Tensor sum = at::zeros({sizes.batch, sizes.updates, sizes.features}, from.options());
  AT_DISPATCH_FLOATING_TYPES(from.scalar_type(), "hold_between_updates_backward", [&] {
    const auto* gradient = from.data_ptr<scalar_t>();
    auto* sums = sum.data_ptr<scalar_t>();
    for (int64_t token = 0; token < sizes.tokens(); ++token) {
      auto* place = sums + sizes.source(token);
      for (int64_t f = 0; f < sizes.features; ++f) place[f] += *gradient++;
    }
  });
  return sum;
}

at::Tensor repeated(const at::Tensor& updated, const HoldSizes& sizes) {
  if (updated.is_cpu()) return repeated_on_cpu(updated, sizes);
  return updated.repeat_interleave(sizes.stride, 1).narrow(1, 0, sizes.length).contiguous();
}

at::Tensor summed(const at::Tensor& held, const HoldSizes& sizes) {
  if (held.is_cpu()) return summed_on_cpu(held, sizes);
  const int64_t missing = sizes.updates * sizes.stride - sizes.length;
  return at::constant_pad_nd(held, {0, 0, 0, missing}, 0.0)
      .reshape({sizes.batch, sizes.updates, sizes.stride, sizes.features})
      .sum(2);
}

/// Repeats every output over its stride. On the CPU in one pass: as torch operations, which other
/// devices run, this takes four calls forward and four copies backward.
class HoldFunction : public torch::autograd::Function<HoldFunction> {
 public:
  static Variable forward(AutogradContext* context, const Variable& updated, int64_t stride,
                          int64_t length) {
    context->saved_data["stride"] = stride;
    context->saved_data["updates"] = updated.size(1);
    const HoldSizes sizes{updated.size(0), updated.size(1), updated.size(2), stride, length};
    return repeated(updated, sizes);
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    TORCH_CHECK_NOT_IMPLEMENTED(!c10::GradMode::is_enabled(),
                                "[gril] gradients are of first order only; got a request for the "
                                "second.");
    const at::Tensor& held = gradients[0];
    const HoldSizes sizes{held.size(0), context->saved_data["updates"].toInt(), held.size(2),
                          context->saved_data["stride"].toInt(), held.size(1)};
    return {summed(held, sizes), Variable(), Variable()};
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
