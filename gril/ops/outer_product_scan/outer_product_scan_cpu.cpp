#include <ATen/ATen.h>
#include <torch/library.h>

#include <algorithm>

#include "gril/ops/cpu_parallel.h"
#include "gril/ops/outer_product_scan/outer_product_scan_check.h"
#include "gril/ops/outer_product_scan/outer_product_scan_cpu_kernel.h"
#include "gril/ops/outer_product_scan/outer_product_scan_reference.h"

namespace gril {
namespace {

/// The batch is cut into at most this many runs, whatever the number of threads, so that sums over
/// the batch have the same bits for any.
constexpr int64_t kMostRuns = 16;

/// All heads of a run of batch entries are independent pieces of work.
struct BatchRuns {
  explicit BatchRuns(const OuterProductScanSizes& all)
      : sizes(all), count(std::min(kMostRuns, all.batch)) {}

  int64_t first(int64_t run) const { return sizes.batch * run / count; }

  /// Calls work(run, head, workspace) for every piece; `backward` weighs more.
  template <typename T, class Work>
  void for_each(const at::TensorOptions& options, bool backward, const Work& work) const {
    const bool elementwise = sizes.decay == OuterProductDecay::kElementwise;
    const int64_t workspace_size =
        (elementwise ? elementwise_workspace_size : chunked_workspace_size)(
            sizes.length, sizes.value_size, sizes.key_size, backward);
    const int64_t operations =
        sizes.batch * sizes.length * sizes.value_size * sizes.key_size / count * (backward ? 5 : 2);
    for_each_piece(count * sizes.heads, operations, [&](int64_t begin, int64_t end) {
      const at::Tensor workspace = at::empty({workspace_size}, options);
      for (int64_t piece = begin; piece < end; ++piece) {
        work(piece / sizes.heads, piece % sizes.heads, workspace.data_ptr<T>());
      }
    });
  }

  OuterProductScanSizes sizes;
  int64_t count;
};

/// A tensor's numbers from `offset` on; null when there is no tensor.
template <typename T>
T* numbers(const at::Tensor& tensor, int64_t offset) {
  return tensor.defined() ? tensor.data_ptr<T>() + offset : nullptr;
}

at::Tensor contiguous_or_undefined(const c10::optional<at::Tensor>& tensor) {
  return tensor.has_value() ? tensor->contiguous() : at::Tensor();
}

/// The contiguous arguments of one call.
struct ScanArguments {
  at::Tensor values;
  at::Tensor keys;
  at::Tensor queries;
  at::Tensor decay;
  at::Tensor initial_state;
  OuterProductScanSizes sizes;
  bool strict;
  bool reverse;

  int64_t state_offset(int64_t entry, int64_t head) const {
    return (entry * sizes.heads + head) * sizes.value_size * sizes.key_size;
  }
  int64_t value_offset(int64_t entry, int64_t head) const {
    return (entry * sizes.length * sizes.heads + head) * sizes.value_size;
  }
  int64_t key_offset(int64_t entry, int64_t head) const {
    return (entry * sizes.length * sizes.heads + head) * sizes.key_size;
  }
  int64_t decay_offset(int64_t entry, int64_t head) const {
    switch (sizes.decay) {
      case OuterProductDecay::kPerHead:
        return head;
      case OuterProductDecay::kElementwise:
        return head * sizes.value_size * sizes.key_size;
      default:
        return entry * sizes.length * sizes.heads + head;
    }
  }

  /// One head of the batch entries [entry, end).
  template <typename T>
  OuterProductScanHead<T> head_of(int64_t entry, int64_t end, int64_t head) const {
    const bool per_step = sizes.decay == OuterProductDecay::kPerStep;
    OuterProductScanHead<T> part;
    part.batch = end - entry;
    part.length = sizes.length;
    part.value_size = sizes.value_size;
    part.key_size = sizes.key_size;
    part.strict = strict;
    part.reverse = reverse;
    part.value_step = sizes.heads * sizes.value_size;
    part.key_step = sizes.heads * sizes.key_size;
    part.decay_step = per_step ? sizes.heads : 0;
    part.value_entry = sizes.length * part.value_step;
    part.key_entry = sizes.length * part.key_step;
    part.decay_entry = sizes.length * part.decay_step;
    part.state_entry = part.value_step * sizes.key_size;
    part.values = numbers<T>(values, value_offset(entry, head));
    part.keys = numbers<T>(keys, key_offset(entry, head));
    part.queries = numbers<T>(queries, key_offset(entry, head));
    part.decay = numbers<T>(decay, decay_offset(entry, head));
    part.initial_state = numbers<T>(initial_state, state_offset(entry, head));
    return part;
  }
};

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

bool is_empty(const OuterProductScanSizes& sizes) {
  return sizes.batch * sizes.length * sizes.heads * sizes.value_size * sizes.key_size == 0;
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
        numbers<T>(outputs, arguments.value_offset(entry, head)),
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
                                const c10::optional<at::Tensor>& final_state_gradient) {
  const auto& sizes = arguments.sizes;
  const auto options = arguments.values.options();
  const bool per_step = sizes.decay == OuterProductDecay::kPerStep;
  return {outputs_gradient.contiguous(),
          contiguous_or_undefined(final_state_gradient),
          at::empty(arguments.values.sizes(), options),
          at::empty(arguments.keys.sizes(), options),
          at::empty(arguments.keys.sizes(), options),
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
  runs.for_each<T>(gradients.values.options(), true, [&](int64_t run, int64_t head, T* workspace) {
    const int64_t entry = runs.first(run);
    const auto part = arguments.head_of<T>(entry, runs.first(run + 1), head);
    const int64_t value_offset = arguments.value_offset(entry, head);
    const int64_t key_offset = arguments.key_offset(entry, head);
    const int64_t state_offset = arguments.state_offset(entry, head);
    const int64_t decay_offset =
        arguments.decay_offset(entry, head) + (per_step ? 0 : run * run_size);
    OuterProductScanGradients<T> places;
    places.outputs = numbers<T>(gradients.outputs, value_offset);
    places.final_state = numbers<T>(gradients.final_state, state_offset);
    places.values = numbers<T>(gradients.values, value_offset);
    places.keys = numbers<T>(gradients.keys, key_offset);
    places.queries = numbers<T>(gradients.queries, key_offset);
    places.initial_state = numbers<T>(gradients.initial_state, state_offset);
    places.decay = numbers<T>(gradients.decay, decay_offset);
    (elementwise ? elementwise_scan_backward<T> : chunked_scan_backward<T>)(part, places,
                                                                            workspace);
  });
}

/// Sums the rows of (runs, …) in their order.
template <typename T>
at::Tensor sum_runs(const at::Tensor& parts, const at::Tensor& like) {
  at::Tensor sum = at::empty_like(like);
  const int64_t size = sum.numel();
  const T* part = parts.data_ptr<T>();
  T* total = sum.data_ptr<T>();
  std::copy_n(part, size, total);
  for (int64_t run = 1; run < parts.size(0); ++run) {
    for (int64_t i = 0; i < size; ++i) total[i] += part[run * size + i];
  }
  return sum;
}

std::tuple<at::Tensor, at::Tensor> outer_product_scan_cpu(
    const at::Tensor& values, const at::Tensor& keys, const at::Tensor& queries,
    const at::Tensor& decay, const c10::optional<at::Tensor>& initial_state, bool strict,
    bool reverse) {
  const auto sizes = check_outer_product_scan(values, keys, queries, decay, initial_state);
  if (is_empty(sizes)) {
    return outer_product_scan_reference(values, keys, queries, decay, initial_state, strict,
                                        reverse);
  }
  const auto arguments =
      scan_arguments(values, keys, queries, decay, initial_state, strict, reverse, sizes);
  const at::Tensor outputs = at::empty(values.sizes(), values.options());
  const at::Tensor final_state =
      at::empty({sizes.batch, sizes.heads, sizes.value_size, sizes.key_size}, values.options());
  const bool single = values.scalar_type() == at::kFloat;
  (single ? scan<float> : scan<double>)(arguments, outputs, final_state);
  return {outputs, final_state};
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
  if (is_empty(sizes)) {
    return outer_product_scan_backward_reference(outputs_gradient, final_state_gradient, values,
                                                 keys, queries, decay, initial_state, strict,
                                                 reverse);
  }
  const auto arguments =
      scan_arguments(values, keys, queries, decay, initial_state, strict, reverse, sizes);
  const ScanGradients gradients =
      gradients_to_fill(arguments, outputs_gradient, final_state_gradient);
  const bool single = values.scalar_type() == at::kFloat;
  (single ? scan_backward<float> : scan_backward<double>)(arguments, gradients);
  at::Tensor decay_gradient = gradients.decay;
  if (sizes.decay != OuterProductDecay::kPerStep) {
    decay_gradient =
        (single ? sum_runs<float> : sum_runs<double>)(gradients.decay, arguments.decay);
  }
  return {gradients.values, gradients.keys, gradients.queries, decay_gradient,
          gradients.initial_state};
}

}  // namespace

TORCH_LIBRARY_IMPL(gril, CPU, library) {
  library.impl("outer_product_scan", outer_product_scan_cpu);
  library.impl("outer_product_scan_backward", outer_product_scan_backward_cpu);
}

}  // namespace gril
