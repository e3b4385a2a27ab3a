#pragma once

#include <ATen/ATen.h>

#include <algorithm>
#include <cstdint>

#include "gril/ops/cpu_parallel.h"
#include "gril/ops/outer_product_scan/outer_product_scan_check.h"
#include "gril/ops/outer_product_scan/outer_product_scan_cpu_kernel.h"

/// How the tensors of a call become pieces of work for the CPU kernels.
namespace gril {

/// The batch is cut into at most this many runs, whatever the number of threads, so that sums over
/// the batch have the same bits for any.
inline constexpr int64_t kMostRuns = 16;

/// All heads of a run of batch entries are independent pieces of work.
struct BatchRuns {
  explicit BatchRuns(const OuterProductScanSizes& all)
      : sizes(all), count(std::clamp<int64_t>(all.batch, 1, kMostRuns)) {}

  int64_t first(int64_t run) const { return sizes.batch * run / count; }

  /// Calls work(run, head, workspace) for every piece; `backward` weighs more.
  template <typename T, class Work>
  void for_each(const at::TensorOptions& options, bool backward, const Work& work) const {
    const int64_t workspace_size =
        sizes.decay == OuterProductDecay::kElementwise
            ? elementwise_workspace_size(sizes.length, sizes.value_size, sizes.key_size, backward,
                                         sizes.ranks)
            : chunked_workspace_size(sizes.length, sizes.value_size, sizes.key_size, backward);
    const int64_t operations = sizes.batch * sizes.length * sizes.value_size * sizes.key_size /
                               count * (sizes.ranks + 1) * (backward ? 5 : 2) / 2;
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
    return (entry * sizes.length * sizes.ranks * sizes.heads + head) * sizes.value_size;
  }
  int64_t key_offset(int64_t entry, int64_t head) const {
    return (entry * sizes.length * sizes.ranks * sizes.heads + head) * sizes.key_size;
  }
  int64_t output_offset(int64_t entry, int64_t head) const {
    return (entry * sizes.length * sizes.heads + head) * sizes.value_size;
  }
  int64_t query_offset(int64_t entry, int64_t head) const {
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
    part.ranks = sizes.ranks;
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
    part.queries = numbers<T>(queries, query_offset(entry, head));
    part.decay = numbers<T>(decay, decay_offset(entry, head));
    part.initial_state = numbers<T>(initial_state, state_offset(entry, head));
    return part;
  }
};

}  // namespace gril
