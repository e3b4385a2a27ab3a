#include <ATen/ATen.h>
#include <torch/library.h>

#include <algorithm>

#include "gril/ops/cpu_parallel.h"
#include "gril/ops/linear_scan/linear_scan_arguments.h"
#include "gril/ops/linear_scan/linear_scan_cpu_kernel.h"
#include "gril/ops/sum_over_rows.h"

namespace gril {
namespace {

/// Results larger than this leave the caches before anyone reads them again, so they are written
/// around them: that saves reading each line before it is overwritten.
constexpr int64_t kBypassBytes = int64_t{16} << 20;

/// Two cache lines: narrower blocks would make threads share lines.
constexpr int64_t kNarrowestBytes = 128;

/// The tensors of one call as rows of T, where a complex number is two T.
struct Rows {
  Rows(const at::Tensor& decay, const at::Tensor& sequence, bool reversed)
      : batch(sequence.size(0)),
        length(sequence.size(1)),
        width(sequence.size(2) * (sequence.is_complex() ? 2 : 1)),
        constant(decay.dim() == 1),
        complex(sequence.is_complex()),
        reverse(reversed),
        bypass_cache(static_cast<int64_t>(sequence.nbytes()) > kBypassBytes) {}

  /// Offset of the row that comes first in running order.
  int64_t first(int64_t b) const { return (b * length + (reverse ? length - 1 : 0)) * width; }
  int64_t step() const { return reverse ? -width : width; }
  int64_t decay_first(int64_t b) const { return constant ? 0 : first(b); }
  int64_t decay_step() const { return constant ? 0 : step(); }

  int64_t batch, length, width;
  bool constant, complex, reverse, bypass_cache;
};

template <typename T>
T* numbers(const at::Tensor& tensor) {
  return static_cast<T*>(tensor.data_ptr());
}

/// Calls work(batch entry, first channel, channels) on torch's threads; no block is wider than the
/// kernels take.
template <typename T, typename Work>
void for_each_block(const Rows& rows, const Work& work) {
  constexpr int64_t kElement = sizeof(T);
  constexpr int64_t kWidest = kLinearScanBlockBytes / kElement;
  for_each_channel_block(rows.batch, rows.width, kNarrowestBytes / kElement, rows.length,
                         [&](const ChannelBlock& block) {
                           const int64_t end = block.first_channel + block.channels;
                           for (int64_t c = block.first_channel; c < end; c += kWidest)
                             work(block.batch, c, std::min(kWidest, end - c));
                         });
}

template <typename T>
void run_forward(const Rows& rows, const at::Tensor& decay, const at::Tensor& input,
                 const at::Tensor& initial_state, const at::Tensor& states) {
  for_each_block<T>(rows, [&](int64_t b, int64_t channel, int64_t channels) {
    LinearScanForward<T> scan;
    scan.decay = numbers<T>(decay) + rows.decay_first(b) + channel;
    scan.decay_step = rows.decay_step();
    scan.input = numbers<T>(input) + rows.first(b) + channel;
    scan.output = numbers<T>(states) + rows.first(b) + channel;
    scan.step = rows.step();
    scan.initial_state = numbers<T>(initial_state) + b * rows.width + channel;
    scan.length = rows.length;
    scan.width = channels;
    scan.complex = rows.complex;
    scan.bypass_cache = rows.bypass_cache;
    linear_scan_forward(scan);
  });
}

/// What the backward kernel reads and writes, all contiguous.
struct BackwardTensors {
  at::Tensor gradient, decay, states, initial_state;
  /// (B, T, D), or (B, D) for a constant decay: one sum over time per batch entry.
  at::Tensor decay_gradient;
  at::Tensor input_gradient, initial_state_gradient;
};

template <typename T>
void run_backward(const Rows& rows, const BackwardTensors& tensors) {
  for_each_block<T>(rows, [&](int64_t b, int64_t channel, int64_t channels) {
    const int64_t state = b * rows.width + channel;
    const int64_t first = rows.first(b) + channel;
    LinearScanBackward<T> scan;
    scan.decay = numbers<T>(tensors.decay) + rows.decay_first(b) + channel;
    scan.decay_step = rows.decay_step();
    scan.gradient = numbers<T>(tensors.gradient) + first;
    scan.states = numbers<T>(tensors.states) + first;
    scan.input_gradient = numbers<T>(tensors.input_gradient) + first;
    scan.decay_gradient = numbers<T>(tensors.decay_gradient) + (rows.constant ? state : first);
    scan.step = rows.step();
    scan.initial_state = numbers<T>(tensors.initial_state) + state;
    scan.initial_state_gradient = numbers<T>(tensors.initial_state_gradient) + state;
    scan.length = rows.length;
    scan.width = channels;
    scan.complex = rows.complex;
    scan.bypass_cache = rows.bypass_cache;
    linear_scan_backward(scan);
  });
}

/// Σ_b of (B, D), real or complex.
at::Tensor summed_over_batch(const at::Tensor& terms) {
  if (!terms.is_complex()) return sum_over_rows(terms);
  const at::Tensor sum = sum_over_rows(at::view_as_real(terms).flatten(1));
  return at::view_as_complex(sum.view({terms.size(1), 2}));
}

at::Tensor state_or_zeros(const c10::optional<at::Tensor>& initial_state, const at::Tensor& like) {
  if (initial_state) return initial_state->contiguous();
  return at::zeros({like.size(0), like.size(2)}, like.options());
}

at::Tensor linear_scan_cpu(const at::Tensor& decay, const at::Tensor& input,
                           const c10::optional<at::Tensor>& initial_state, bool reverse) {
  check_linear_scan(decay, input, initial_state);
  const at::Tensor states = at::empty(input.sizes(), input.options());
  if (states.numel() == 0) return states;  // no memory to point into
  const Rows rows(decay, input, reverse);
  const auto run = c10::toRealValueType(input.scalar_type()) == at::kFloat ? run_forward<float>
                                                                           : run_forward<double>;
  run(rows, decay.contiguous(), input.contiguous(), state_or_zeros(initial_state, input), states);
  return states;
}

LinearScanGradients linear_scan_gradients_cpu(const at::Tensor& gradient, const at::Tensor& decay,
                                              const at::Tensor& states,
                                              const c10::optional<at::Tensor>& initial_state,
                                              bool reverse) {
  check_linear_scan_gradients(gradient, decay, states, initial_state);
  if (states.numel() == 0) {
    return {at::zeros(decay.sizes(), decay.options()), at::zeros(states.sizes(), states.options()),
            at::zeros({states.size(0), states.size(2)}, states.options())};
  }
  const Rows rows(decay, states, reverse);
  BackwardTensors tensors;
  tensors.gradient = gradient.contiguous();
  tensors.decay = decay.contiguous();
  tensors.states = states.contiguous();
  tensors.initial_state = state_or_zeros(initial_state, states);
  tensors.initial_state_gradient = at::empty_like(tensors.initial_state);
  tensors.input_gradient = at::empty(states.sizes(), states.options());
  tensors.decay_gradient = rows.constant ? at::empty_like(tensors.initial_state)
                                         : at::empty(states.sizes(), states.options());
  const bool single = c10::toRealValueType(states.scalar_type()) == at::kFloat;
  (single ? run_backward<float> : run_backward<double>)(rows, tensors);
  return {rows.constant ? summed_over_batch(tensors.decay_gradient) : tensors.decay_gradient,
          tensors.input_gradient, tensors.initial_state_gradient};
}

}  // namespace
}  // namespace gril

TORCH_LIBRARY_IMPL(gril, CPU, library) {
  library.impl("linear_scan", gril::linear_scan_cpu);
  library.impl("linear_scan_gradients", gril::linear_scan_gradients_cpu);
}
