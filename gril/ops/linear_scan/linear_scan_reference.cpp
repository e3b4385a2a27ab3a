#include "gril/ops/linear_scan/linear_scan_reference.h"

#include <ATen/ATen.h>
#include <torch/library.h>

#include <vector>

#include "gril/ops/linear_scan/linear_scan_arguments.h"

namespace gril {

at::Tensor linear_scan_reference(const at::Tensor& decay, const at::Tensor& input,
                                 const c10::optional<at::Tensor>& initial_state, bool reverse) {
  check_linear_scan(decay, input, initial_state);
  const int64_t length = input.size(1);
  if (length == 0) return at::zeros_like(input, at::MemoryFormat::Contiguous);
  at::Tensor state =
      initial_state ? *initial_state : at::zeros({input.size(0), input.size(2)}, input.options());
  std::vector<at::Tensor> states(static_cast<size_t>(length));
  for (int64_t step = 0; step < length; ++step) {
    const int64_t t = reverse ? length - 1 - step : step;
    const at::Tensor decay_now = decay.dim() == 1 ? decay : decay.select(1, t);
    state = decay_now * state + input.select(1, t);
    states[static_cast<size_t>(t)] = state;
  }
  return at::stack(states, 1);
}

}  // namespace gril

TORCH_LIBRARY_IMPL(gril, CompositeExplicitAutograd, library) {
  library.impl("linear_scan", gril::linear_scan_reference);
}
