#include "gril/ops/linear_scan/linear_scan_composition.h"

#include <ATen/ATen.h>
#include <torch/library.h>

#include "gril/ops/linear_scan/linear_scan_arguments.h"

namespace gril {
namespace {

/// Every second step of (B, T, D) from `first` on; a decay (D) is that of any step.
at::Tensor every_second(const at::Tensor& steps, int64_t first) {
  return steps.dim() == 1 ? steps : steps.slice(1, first, c10::nullopt, 2);
}

/// The first `count` steps, or those from `first` on, of a decay.
at::Tensor steps_of(const at::Tensor& decay, int64_t first, int64_t count) {
  return decay.dim() == 1 ? decay : decay.narrow(1, first, count);
}

/// Fills states with the scan of input from zero. Two neighbouring steps are one of the same kind,
/// so half as many give every second state; one step more gives those between.
void scan_into(const at::Tensor& decay, const at::Tensor& input, const at::Tensor& states) {
  const int64_t length = input.size(1);
  states.narrow(1, 0, 1).copy_(input.narrow(1, 0, 1));
  if (length == 1) return;
  const int64_t pairs = length / 2;
  const at::Tensor earlier = every_second(input, 0);
  const at::Tensor later = every_second(input, 1);
  const at::Tensor earlier_decay = every_second(decay, 0);
  const at::Tensor later_decay = every_second(decay, 1);
  const at::Tensor later_states = every_second(states, 1);
  scan_into(later_decay * steps_of(earlier_decay, 0, pairs),
            at::addcmul(later, later_decay, earlier.narrow(1, 0, pairs)), later_states);
  const int64_t between = earlier.size(1) - 1;
  if (between == 0) return;
  every_second(states, 0)
      .narrow(1, 1, between)
      .copy_(at::addcmul(earlier.narrow(1, 1, between), steps_of(earlier_decay, 1, between),
                         later_states.narrow(1, 0, between)));
}

/// x with what comes of h_0 in its first step.
at::Tensor with_initial_state(const at::Tensor& decay, const at::Tensor& input,
                              const at::Tensor& initial_state) {
  at::Tensor result = input.clone(at::MemoryFormat::Contiguous);
  result.select(1, 0).addcmul_(decay.dim() == 1 ? decay : decay.select(1, 0), initial_state);
  return result;
}

}  // namespace

at::Tensor linear_scan_composition(const at::Tensor& decay, const at::Tensor& input,
                                   const c10::optional<at::Tensor>& initial_state, bool reverse) {
  check_linear_scan(decay, input, initial_state);
  const at::Tensor states = at::empty(input.sizes(), input.options());
  if (states.numel() == 0) return states;
  const at::Tensor in_order = reverse ? input.flip(1) : input;
  const at::Tensor decay_in_order = reverse && decay.dim() == 3 ? decay.flip(1) : decay;
  scan_into(decay_in_order,
            initial_state ? with_initial_state(decay_in_order, in_order, *initial_state) : in_order,
            states);
  return reverse ? states.flip(1) : states;
}

}  // namespace gril

TORCH_LIBRARY_IMPL(gril, CUDA, library) {
  library.impl("linear_scan", gril::linear_scan_composition);
}
