#include <ATen/ATen.h>
#include <torch/library.h>

#include "gril/ops/cpu_parallel.h"
#include "gril/ops/gated_head_norm/gated_head_norm_composition.h"
#include "gril/ops/gated_head_norm/gated_head_norm_cpu_kernel.h"
#include "gril/ops/shape_check.h"

namespace gril {
namespace {

/// Multiply-adds that the root of a row and the activation of a number count as.
constexpr int64_t kRootOperations = 32;
constexpr int64_t kActivationOperations = 16;

/// The operands, contiguous.
struct Operands {
  Operands(const at::Tensor& all_readings, const c10::optional<at::Tensor>& given_gate,
           const c10::optional<double>& given_epsilon, int64_t given_activation)
      : readings(all_readings.contiguous()),
        gate(given_gate ? given_gate->contiguous() : at::Tensor()),
        activation(activation_of("gated_head_norm", given_activation)),
        epsilon(given_epsilon.value_or(0.0)),
        width(readings.size(3)),
        heads(readings.numel() / width) {}

  int64_t operations_per_head() const { return kRootOperations + width * kActivationOperations; }

  /// Rows begin … end-1.
  template <typename T>
  GatedHeadNormInput<T> input(int64_t begin, int64_t end) const {
    GatedHeadNormInput<T> input;
    input.readings = readings.data_ptr<T>() + begin * width;
    if (gate.defined()) input.gate = gate.data_ptr<T>() + begin * width;
    input.activation = activation;
    input.epsilon = epsilon;
    input.heads = end - begin;
    input.width = width;
    return input;
  }

  at::Tensor readings, gate;
  PointwiseActivation activation;
  double epsilon;
  int64_t width, heads;
};

template <typename T>
void run_forward(const Operands& operands, const at::Tensor& result) {
  for_each_piece(operands.heads, operands.operations_per_head(), [&](int64_t begin, int64_t end) {
    gated_head_norm_forward(operands.input<T>(begin, end),
                            result.data_ptr<T>() + begin * operands.width);
  });
}

struct Gradients {
  at::Tensor result;          ///< given, contiguous
  at::Tensor readings, gate;  ///< to be written; the gate's is undefined without a gate
};

template <typename T>
void run_backward(const Operands& operands, const Gradients& gradients) {
  for_each_piece(operands.heads, operands.operations_per_head(), [&](int64_t begin, int64_t end) {
    const int64_t first = begin * operands.width;
    GatedHeadNormBackward<T> call;
    call.input = operands.input<T>(begin, end);
    call.gradient = gradients.result.data_ptr<T>() + first;
    call.readings_gradient = gradients.readings.data_ptr<T>() + first;
    if (operands.gate.defined()) call.gate_gradient = gradients.gate.data_ptr<T>() + first;
    gated_head_norm_backward(call);
  });
}

at::Tensor gated_head_norm_cpu(const at::Tensor& readings, const c10::optional<at::Tensor>& gate,
                               c10::optional<double> epsilon, int64_t activation) {
  check_gated_head_norm(readings, gate, epsilon);
  const at::Tensor result =
      at::empty({readings.size(0), readings.size(1), readings.size(2) * readings.size(3)},
                readings.options());
  if (result.numel() == 0) return result;  // no memory to point into
  const Operands operands(readings, gate, epsilon, activation);
  (readings.scalar_type() == at::kFloat ? run_forward<float> : run_forward<double>)(operands,
                                                                                    result);
  return result;
}

GatedHeadNormGradients gated_head_norm_gradients_cpu(const at::Tensor& gradient,
                                                     const at::Tensor& readings,
                                                     const c10::optional<at::Tensor>& gate,
                                                     c10::optional<double> epsilon,
                                                     int64_t activation) {
  check_gated_head_norm_gradients(gradient, readings, gate, epsilon);
  Gradients gradients;
  gradients.result = gradient.contiguous();
  gradients.readings = at::empty(readings.sizes(), readings.options());
  gradients.gate = at::empty(gate ? gate->sizes() : at::IntArrayRef{0}, readings.options());
  if (readings.numel() == 0) return {gradients.readings, gradients.gate};
  const Operands operands(readings, gate, epsilon, activation);
  (readings.scalar_type() == at::kFloat ? run_backward<float> : run_backward<double>)(operands,
                                                                                      gradients);
  return {gradients.readings, gradients.gate};
}

}  // namespace
}  // namespace gril

TORCH_LIBRARY_IMPL(gril, CPU, library) {
  library.impl("_gated_head_norm", gril::gated_head_norm_cpu);
  library.impl("_gated_head_norm_gradients", gril::gated_head_norm_gradients_cpu);
}
