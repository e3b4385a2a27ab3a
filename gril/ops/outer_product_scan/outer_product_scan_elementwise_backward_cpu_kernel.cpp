// Arrays of vectors need a vector size that is known when the file is compiled.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE \
  "gril/ops/outer_product_scan/outer_product_scan_elementwise_backward_cpu_kernel.cpp"
#include <hwy/foreach_target.h>
// foreach_target.h comes first.
#include <hwy/highway.h>

#include <algorithm>

#include "gril/ops/outer_product_scan/elementwise_scan_cpu_kernel-inl.h"
#include "gril/ops/outer_product_scan/outer_product_scan_cpu_kernel.h"

HWY_BEFORE_NAMESPACE();
namespace gril::HWY_NAMESPACE {
namespace {

/// The state before every chunk of a batch entry.
template <typename T>
void recompute_states(const OuterProductScanHead<T>& head, int64_t entry,
                      const ElementwiseMemory<T>& memory) {
  const int64_t state_size = padded(head.value_size) * padded(head.key_size);
  const int64_t height = RowBlocks(head.value_size).height;
  pack_state(
      head.initial_state == nullptr ? nullptr : head.initial_state + entry * head.state_entry,
      head.value_size, head.key_size, memory.states);
  for (int64_t index = 0; index + 1 < elementwise_chunk_count(head.length); ++index) {
    const ElementwiseChunk<T> chunk(head, entry, index);
    pack_pairs(head, chunk, memory);
    T* state = memory.states + (index + 1) * state_size;
    std::copy_n(state - state_size, state_size, state);
    for_each_block<T>(head.value_size, head.key_size, [&](int64_t row, int64_t column) {
      const auto block = value_by_key_block(head, chunk.steps, memory, state, row, column);
      with_block_height(height, [&]<int kRows>() {
        advance_block<kRows, /*kStrict=*/false, /*kSave=*/false, /*kRead=*/false>(block);
      });
    });
  }
}

/// Gradients of queries, keys and decay, in the layout V × K. `state`, the state before the chunk,
/// ends as the one after it.
template <bool kStrict, typename T>
void retreat_value_by_key(const OuterProductScanHead<T>& head, const ElementwiseChunk<T>& chunk,
                          T* state, const ElementwiseMemory<T>& memory) {
  const int64_t height = RowBlocks(head.value_size).height;
  const int64_t key_width = padded(head.key_size);
  for_each_block<T>(head.value_size, head.key_size, [&](int64_t row, int64_t column) {
    const auto forward = value_by_key_block(head, chunk.steps, memory, state, row, column);
    auto backward = forward;
    backward.state = memory.state_gradient + row * key_width + column;
    backward.columns = memory.queries + column;
    backward.rows = memory.gradient + row;
    backward.weights = memory.values + row;
    backward.outputs = memory.keys_gradient + column;
    backward.decay_gradient = memory.decay_gradient + row * key_width + column;
    with_block_height(height, [&]<int kRows>() {
      advance_block<kRows, kStrict, /*kSave=*/true, /*kRead=*/true>(forward);
      retreat_block<kRows, kStrict, /*kDecay=*/true>(backward);
    });
  });
}

/// Gradient of the values, in the layout K × V: there it needs no sums across a vector.
template <bool kStrict, typename T>
void retreat_key_by_value(const OuterProductScanHead<T>& head, const ElementwiseChunk<T>& chunk,
                          const ElementwiseMemory<T>& memory) {
  const int64_t height = RowBlocks(head.key_size).height;
  for_each_block<T>(head.key_size, head.value_size, [&](int64_t row, int64_t column) {
    auto block = key_by_value_block(head, chunk.steps, memory, row, column);
    block.columns = memory.gradient + column;
    block.rows = memory.queries + row;
    block.weights = memory.keys + row;
    with_block_height(height,
                      [&]<int kRows>() { retreat_block<kRows, kStrict, /*kDecay=*/false>(block); });
  });
}

template <typename T>
void retreat_chunk(const OuterProductScanHead<T>& head, const ElementwiseChunk<T>& chunk, T* state,
                   const OuterProductScanGradients<T>& gradients,
                   const ElementwiseMemory<T>& memory) {
  pack_pairs(head, chunk, memory);
  pack_rows(head.queries + chunk.query_offset, chunk.key_step, chunk.steps, head.key_size,
            chunk.steps, memory.queries);
  pack_rows(gradients.outputs + chunk.output_offset, chunk.value_step, chunk.steps, head.value_size,
            chunk.steps, memory.gradient);
  if (head.strict) {
    retreat_value_by_key<true>(head, chunk, state, memory);
    if (gradients.values != nullptr) retreat_key_by_value<true>(head, chunk, memory);
  } else {
    retreat_value_by_key<false>(head, chunk, state, memory);
    if (gradients.values != nullptr) retreat_key_by_value<false>(head, chunk, memory);
  }
  if (gradients.values != nullptr) {
    unpack_rows(memory.outputs, chunk.value_step, chunk.pairs, head.value_size,
                gradients.values + chunk.value_offset);
  }
  unpack_rows(memory.keys_gradient, chunk.key_step, chunk.pairs, head.key_size,
              gradients.keys + chunk.key_offset);
  unpack_rows(memory.queries_gradient, chunk.key_step, chunk.steps, head.key_size,
              gradients.queries + chunk.query_offset);
}

template <typename T>
void scan_head_backward(const OuterProductScanHead<T>& head,
                        const OuterProductScanGradients<T>& gradients, T* workspace) {
  const ElementwiseMemory<T> memory(workspace, head.length, head.value_size, head.key_size, true,
                                    head.ranks);
  const int64_t state_size = padded(head.value_size) * padded(head.key_size);
  pack_state(head.decay, head.value_size, head.key_size, memory.decay);
  pack_transposed_state(head.decay, head.value_size, head.key_size, memory.scratch,
                        memory.decay_transposed);
  std::fill_n(memory.decay_gradient, state_size, T{0});
  for (int64_t entry = 0; entry < head.batch; ++entry) {
    const int64_t state_offset = entry * head.state_entry;
    const T* final_gradient =
        gradients.final_state == nullptr ? nullptr : gradients.final_state + state_offset;
    recompute_states(head, entry, memory);
    pack_state(final_gradient, head.value_size, head.key_size, memory.state_gradient);
    pack_transposed_state(final_gradient, head.value_size, head.key_size, memory.scratch,
                          memory.state_transposed);
    for (int64_t index = elementwise_chunk_count(head.length) - 1; index >= 0; --index) {
      retreat_chunk(head, ElementwiseChunk<T>(head, entry, index),
                    memory.states + index * state_size, gradients, memory);
    }
    unpack_rows(memory.state_gradient, head.key_size, head.value_size, head.key_size,
                gradients.initial_state + state_offset);
  }
  unpack_rows(memory.decay_gradient, head.key_size, head.value_size, head.key_size,
              gradients.decay);
}

}  // namespace

void elementwise_scan_backward_float32(const OuterProductScanHead<float>& head,
                                       const OuterProductScanGradients<float>& gradients,
                                       float* workspace) {
  scan_head_backward(head, gradients, workspace);
}
void elementwise_scan_backward_float64(const OuterProductScanHead<double>& head,
                                       const OuterProductScanGradients<double>& gradients,
                                       double* workspace) {
  scan_head_backward(head, gradients, workspace);
}

}  // namespace gril::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace gril {

HWY_EXPORT(elementwise_scan_backward_float32);
HWY_EXPORT(elementwise_scan_backward_float64);

template <>
void elementwise_scan_backward<float>(const OuterProductScanHead<float>& head,
                                      const OuterProductScanGradients<float>& gradients,
                                      float* workspace) {
  HWY_DYNAMIC_DISPATCH(elementwise_scan_backward_float32)(head, gradients, workspace);
}
template <>
void elementwise_scan_backward<double>(const OuterProductScanHead<double>& head,
                                       const OuterProductScanGradients<double>& gradients,
                                       double* workspace) {
  HWY_DYNAMIC_DISPATCH(elementwise_scan_backward_float64)(head, gradients, workspace);
}

}  // namespace gril
#endif  // HWY_ONCE
