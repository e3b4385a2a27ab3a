#include <ATen/ATen.h>
#include <torch/library.h>

#include "gril/ops/outer_product_scan/outer_product_scan_check.h"
#include "gril/ops/outer_product_scan/outer_product_scan_composition.h"
#include "gril/ops/outer_product_scan/outer_product_scan_cpu_kernel.h"
#include "gril/ops/outer_product_scan/outer_product_scan_pieces.h"
#include "gril/ops/outer_product_scan/outer_product_scan_reference.h"
#include "gril/ops/outer_product_scan/ranked_outer_product_scan.h"
#include "gril/ops/sum_over_rows.h"

namespace gril {
namespace {

at::Tensor contiguous_or_undefined(const c10::optional<at::Tensor>& tensor) {
  return tensor.has_value() ? tensor->contiguous() : at::Tensor();
}

ScanArguments scan_arguments(const at::Tensor& values, const at::Tensor& keys,
                             const at::Tensor& queries, const at::Tensor& decay,
                             const c10::optional<at::Tensor>& initial_state, bool strict,
                             bool reverse, const OuterProductScanSizes& sizes) {
  return {values.contiguous(),
          keys.contiguous(),
          queries.contiguous(),
          decay.contiguous(),
          contiguous_or_undefined(initial_state),
          sizes,
          strict,
          reverse};
}

template <typename T>
void scan(const ScanArguments& arguments, const at::Tensor& outputs,
          const at::Tensor& final_state) {
  const BatchRuns runs(arguments.sizes);
  const bool elementwise = arguments.sizes.decay == OuterProductDecay::kElementwise;
  runs.for_each<T>(outputs.options(), false, [&](int64_t run, int64_t head, T* workspace) {
    const int64_t entry = runs.first(run);
    const auto part = arguments.head_of<T>(entry, runs.first(run + 1), head);
    const OuterProductScanResult<T> result{
        numbers<T>(outputs, arguments.output_offset(entry, head)),
        numbers<T>(final_state, arguments.state_offset(entry, head))};
    (elementwise ? elementwise_scan<T> : chunked_scan<T>)(part, result, workspace);
  });
}

struct ScanGradients {
  at::Tensor outputs;
  at::Tensor final_state;
  at::Tensor values;
  at::Tensor keys;
  at::Tensor queries;
  at::Tensor initial_state;
  at::Tensor decay;  ///< per step: as the decay; constant: one per run, to be summed
};

/// The contiguous gradients that are given, and memory for those to be computed.
ScanGradients gradients_to_fill(const ScanArguments& arguments, const at::Tensor& outputs_gradient,
                                const at::Tensor& final_state_gradient, bool values_gradient) {
  const auto& sizes = arguments.sizes;
  const auto options = arguments.values.options();
  const bool per_step = sizes.decay == OuterProductDecay::kPerStep;
  return {outputs_gradient.contiguous(),
          final_state_gradient.defined() ? final_state_gradient.contiguous() : at::Tensor(),
          values_gradient ? at::empty(arguments.values.sizes(), options) : at::Tensor(),
          at::empty(arguments.keys.sizes(), options),
          at::empty(arguments.queries.sizes(), options),
          at::empty({sizes.batch, sizes.heads, sizes.value_size, sizes.key_size}, options),
          per_step ? at::empty(arguments.decay.sizes(), options)
                   : at::empty({BatchRuns(sizes).count, arguments.decay.numel()}, options)};
}

template <typename T>
void scan_backward(const ScanArguments& arguments, const ScanGradients& gradients) {
  const BatchRuns runs(arguments.sizes);
  const bool elementwise = arguments.sizes.decay == OuterProductDecay::kElementwise;
  const bool per_step = arguments.sizes.decay == OuterProductDecay::kPerStep;
  const int64_t run_size = arguments.decay.numel();
  runs.for_each<T>(gradients.keys.options(), true, [&](int64_t run, int64_t head, T* workspace) {
    const int64_t entry = runs.first(run);
    const auto part = arguments.head_of<T>(entry, runs.first(run + 1), head);
    const int64_t value_offset = arguments.value_offset(entry, head);
    const int64_t key_offset = arguments.key_offset(entry, head);
    const int64_t state_offset = arguments.state_offset(entry, head);
    const int64_t decay_offset =
        arguments.decay_offset(entry, head) + (per_step ? 0 : run * run_size);
    OuterProductScanGradients<T> places;
    places.outputs = numbers<T>(gradients.outputs, arguments.output_offset(entry, head));
    places.final_state = numbers<T>(gradients.final_state, state_offset);
    places.values = numbers<T>(gradients.values, value_offset);
    places.keys = numbers<T>(gradients.keys, key_offset);
    places.queries = numbers<T>(gradients.queries, arguments.query_offset(entry, head));
    places.initial_state = numbers<T>(gradients.initial_state, state_offset);
    places.decay = numbers<T>(gradients.decay, decay_offset);
    (elementwise ? elementwise_scan_backward<T> : chunked_scan_backward<T>)(part, places,
                                                                            workspace);
  });
}

struct ScanResults {
  at::Tensor outputs;
  at::Tensor final_state;
};

ScanResults run_scan(const ScanArguments& arguments) {
  const auto& sizes = arguments.sizes;
  const auto options = arguments.values.options();
  ScanResults results{
      at::empty({sizes.batch, sizes.length, sizes.heads, sizes.value_size}, options),
      at::empty({sizes.batch, sizes.heads, sizes.value_size, sizes.key_size}, options)};
  const bool single = arguments.values.scalar_type() == at::kFloat;
  (single ? scan<float> : scan<double>)(arguments, results.outputs, results.final_state);
  return results;
}

/// Fills the gradients; that of the decay becomes the sum over the runs.
void run_scan_backward(const ScanArguments& arguments, ScanGradients& gradients) {
  const bool single = arguments.values.scalar_type() == at::kFloat;
  (single ? scan_backward<float> : scan_backward<double>)(arguments, gradients);
  if (arguments.sizes.decay == OuterProductDecay::kPerStep) return;
  gradients.decay = sum_over_rows(gradients.decay.flatten(1)).view(arguments.decay.sizes());
}

std::tuple<at::Tensor, at::Tensor> outer_product_scan_cpu(
    const at::Tensor& values, const at::Tensor& keys, const at::Tensor& queries,
    const at::Tensor& decay, const c10::optional<at::Tensor>& initial_state, bool strict,
    bool reverse) {
  const auto sizes = check_outer_product_scan(values, keys, queries, decay, initial_state);
  if (sizes.is_empty()) {
    return outer_product_scan_reference(values, keys, queries, decay, initial_state, strict,
                                        reverse);
  }
  const auto results =
      run_scan(scan_arguments(values, keys, queries, decay, initial_state, strict, reverse, sizes));
  return {results.outputs, results.final_state};
}

std::tuple<at::Tensor, at::Tensor, at::Tensor, at::Tensor, at::Tensor>
outer_product_scan_backward_cpu(const at::Tensor& outputs_gradient,
                                const c10::optional<at::Tensor>& final_state_gradient,
                                const at::Tensor& values, const at::Tensor& keys,
                                const at::Tensor& queries, const at::Tensor& decay,
                                const c10::optional<at::Tensor>& initial_state, bool strict,
                                bool reverse) {
  const auto sizes = check_outer_product_scan(values, keys, queries, decay, initial_state);
  check_outer_product_scan_gradients(sizes, values, outputs_gradient, final_state_gradient);
  if (sizes.is_empty()) {
    return outer_product_scan_backward_reference(outputs_gradient, final_state_gradient, values,
                                                 keys, queries, decay, initial_state, strict,
                                                 reverse);
  }
  const auto arguments =
      scan_arguments(values, keys, queries, decay, initial_state, strict, reverse, sizes);
  ScanGradients gradients = gradients_to_fill(arguments, outputs_gradient,
                                              final_state_gradient.value_or(at::Tensor()), true);
  run_scan_backward(arguments, gradients);
  return {gradients.values, gradients.keys, gradients.queries, gradients.decay,
          gradients.initial_state};
}

/// The arguments of a ranked scan as the kernels take them.
ScanArguments scan_arguments(const RankedScanArguments& ranked) {
  const auto& queries = ranked.queries;
  OuterProductScanSizes sizes{
      queries.size(0),
      queries.size(1),
      queries.size(2),
      ranked.values.size(3),
      queries.size(3),
      ranked.decay.dim() == 1 ? OuterProductDecay::kPerHead : OuterProductDecay::kElementwise};
  sizes.ranks = ranked.values.size(2) / sizes.heads;
  c10::optional<at::Tensor> initial_state;
  if (ranked.initial_state.defined()) initial_state = ranked.initial_state;
  return scan_arguments(ranked.values, ranked.keys, queries, ranked.decay, initial_state,
                        ranked.strict, /*reverse=*/false, sizes);
}

}  // namespace

std::tuple<at::Tensor, at::Tensor> ranked_outer_product_scan(const RankedScanArguments& arguments) {
  if (!arguments.queries.is_cpu()) return ranked_scan_composition(arguments);
  const auto results = run_scan(scan_arguments(arguments));
  return {results.outputs, results.final_state};
}

RankedScanGradients ranked_outer_product_scan_backward(const RankedScanArguments& ranked,
                                                       const at::Tensor& outputs,
                                                       const at::Tensor& final_state,
                                                       bool values_gradient) {
  if (!ranked.queries.is_cpu()) {
    return ranked_scan_composition_backward(ranked, outputs, final_state, values_gradient);
  }
  const auto arguments = scan_arguments(ranked);
  ScanGradients gradients = gradients_to_fill(arguments, outputs, final_state,
                                              values_gradient || ranked.decay.dim() == 1);
  run_scan_backward(arguments, gradients);
  return {gradients.values, gradients.keys, gradients.queries, gradients.decay,
          gradients.initial_state};
}

TORCH_LIBRARY_IMPL(gril, CPU, library) {
  library.impl("outer_product_scan", outer_product_scan_cpu);
  library.impl("outer_product_scan_backward", outer_product_scan_backward_cpu);
}

}  // namespace gril
