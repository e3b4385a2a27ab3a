// What the elementwise forward and backward kernels share. Included once per instruction set.
#if defined(GRIL_ELEMENTWISE_SCAN_CPU_KERNEL_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef GRIL_ELEMENTWISE_SCAN_CPU_KERNEL_INL_H_
#undef GRIL_ELEMENTWISE_SCAN_CPU_KERNEL_INL_H_
#else
#define GRIL_ELEMENTWISE_SCAN_CPU_KERNEL_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cstdint>

#include "gril/ops/outer_product_scan/elementwise_block_cpu_kernel-inl.h"
#include "gril/ops/outer_product_scan/elementwise_scan_memory.h"
#include "gril/ops/outer_product_scan/outer_product_scan_cpu_kernel.h"
#include "gril/ops/outer_product_scan/row_packing_cpu_kernel-inl.h"

HWY_BEFORE_NAMESPACE();
namespace gril::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// One chunk of one batch entry: steps, and the pairs of a step, in scan order, so that a reversed
/// scan has negative strides.
template <typename T>
struct ElementwiseChunk {
  ElementwiseChunk(const OuterProductScanHead<T>& head, int64_t entry, int64_t index)
      : steps(std::min(kElementwiseChunk, head.length - index * kElementwiseChunk)),
        pairs(steps * head.ranks),
        value_step(head.reverse ? -head.value_step : head.value_step),
        key_step(head.reverse ? -head.key_step : head.key_step) {
    const int64_t begin = index * kElementwiseChunk;
    const int64_t first = head.reverse ? head.length - 1 - begin : begin;
    const int64_t first_pair = first * head.ranks + (head.reverse ? head.ranks - 1 : 0);
    value_offset = entry * head.ranks * head.value_entry + first_pair * head.value_step;
    key_offset = entry * head.ranks * head.key_entry + first_pair * head.key_step;
    output_offset = entry * head.value_entry + first * head.value_step;
    query_offset = entry * head.key_entry + first * head.key_step;
  }

  int64_t steps;
  int64_t pairs;
  int64_t value_step;
  int64_t key_step;
  int64_t value_offset;
  int64_t key_offset;
  int64_t output_offset;
  int64_t query_offset;
};

/// The values and keys of a chunk into the workspace.
template <typename T>
void pack_pairs(const OuterProductScanHead<T>& head, const ElementwiseChunk<T>& chunk,
                const ElementwiseMemory<T>& memory) {
  pack_rows(head.keys + chunk.key_offset, chunk.key_step, chunk.pairs, head.key_size, chunk.pairs,
            memory.keys);
  pack_rows(head.values + chunk.value_offset, chunk.value_step, chunk.pairs, head.value_size,
            chunk.pairs, memory.values);
}

/// Calls work(row, column) for the corner of every block of a state with these sizes.
template <typename T, class Work>
HWY_INLINE void for_each_block(int64_t rows, int64_t columns, const Work& work) {
  const RowBlocks blocks(rows);
  for (int64_t column = 0; column < columns; column += lanes<T>()) {
    for (int64_t index = 0; index < blocks.count; ++index) {
      work(index * blocks.height, column);
    }
  }
}

/// The operands of a chunk in the layout V × K: r = values, c = keys, and w = gradient. Moves to
/// the block at (row, column).
template <typename T>
StateBlock<T> value_by_key_block(const OuterProductScanHead<T>& head, int64_t steps,
                                 const ElementwiseMemory<T>& memory, T* state, int64_t row,
                                 int64_t column) {
  const int64_t value_width = padded(head.value_size);
  const int64_t key_width = padded(head.key_size);
  const int64_t corner = row * key_width + column;
  StateBlock<T> block;
  block.steps = steps;
  block.ranks = head.ranks;
  block.first = row == 0;
  block.state = state + corner;
  block.decay = memory.decay + corner;
  block.state_stride = key_width;
  block.columns = memory.keys + column;
  block.outputs = memory.queries_gradient + column;
  block.column_stride = key_width;
  block.rows = memory.values + row;
  block.weights = memory.gradient + row;
  block.rows_stride = block.weights_stride = value_width;
  block.saved = memory.saved;
  return block;
}

/// The same in the layout K × V: r = keys, c = values, w = queries.
template <typename T>
StateBlock<T> key_by_value_block(const OuterProductScanHead<T>& head, int64_t steps,
                                 const ElementwiseMemory<T>& memory, int64_t row, int64_t column) {
  const int64_t value_width = padded(head.value_size);
  const int64_t key_width = padded(head.key_size);
  const int64_t corner = row * value_width + column;
  StateBlock<T> block;
  block.steps = steps;
  block.ranks = head.ranks;
  block.first = row == 0;
  block.state = memory.state_transposed + corner;
  block.decay = memory.decay_transposed + corner;
  block.state_stride = value_width;
  block.columns = memory.values + column;
  block.outputs = memory.outputs + column;
  block.column_stride = value_width;
  block.rows = memory.keys + row;
  block.weights = memory.queries + row;
  block.rows_stride = block.weights_stride = key_width;
  return block;
}

}  // namespace gril::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
