// Arrays of vectors need a vector size that is known when the file is compiled.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE \
  "gril/ops/outer_product_scan/outer_product_scan_elementwise_cpu_kernel.cpp"
#include <hwy/foreach_target.h>
// foreach_target.h comes first.
#include <hwy/highway.h>

#include <algorithm>

#include "gril/ops/outer_product_scan/elementwise_scan_cpu_kernel-inl.h"
#include "gril/ops/outer_product_scan/outer_product_scan_cpu_kernel.h"

HWY_BEFORE_NAMESPACE();
namespace gril::HWY_NAMESPACE {
namespace {

template <bool kStrict, typename T>
void scan_chunk(const OuterProductScanHead<T>& head, const ElementwiseChunk<T>& chunk,
                const ElementwiseMemory<T>& memory) {
  const int64_t height = RowBlocks(head.key_size).height;
  for_each_block<T>(head.key_size, head.value_size, [&](int64_t row, int64_t column) {
    const auto block = key_by_value_block(head, chunk.steps, memory, row, column);
    with_block_height(height, [&]<int kRows>() {
      advance_block<kRows, kStrict, /*kSave=*/false, /*kRead=*/true>(block);
    });
  });
}

template <typename T>
void scan_head(const OuterProductScanHead<T>& head, const OuterProductScanResult<T>& result,
               T* workspace) {
  const ElementwiseMemory<T> memory(workspace, head.length, head.value_size, head.key_size, false,
                                    head.ranks);
  pack_transposed_state(head.decay, head.value_size, head.key_size, memory.scratch,
                        memory.decay_transposed);
  for (int64_t entry = 0; entry < head.batch; ++entry) {
    pack_transposed_state(
        head.initial_state == nullptr ? nullptr : head.initial_state + entry * head.state_entry,
        head.value_size, head.key_size, memory.scratch, memory.state_transposed);
    for (int64_t index = 0; index < elementwise_chunk_count(head.length); ++index) {
      const ElementwiseChunk<T> chunk(head, entry, index);
      pack_pairs(head, chunk, memory);
      pack_rows(head.queries + chunk.query_offset, chunk.key_step, chunk.steps, head.key_size,
                chunk.steps, memory.queries);
      if (head.strict) {
        scan_chunk<true>(head, chunk, memory);
      } else {
        scan_chunk<false>(head, chunk, memory);
      }
      unpack_rows(memory.outputs, chunk.value_step, chunk.steps, head.value_size,
                  result.outputs + chunk.output_offset);
    }
    unpack_transposed_state(memory.state_transposed, head.value_size, head.key_size, memory.scratch,
                            result.final_state + entry * head.state_entry);
  }
}

}  // namespace

void elementwise_scan_float32(const OuterProductScanHead<float>& head,
                              const OuterProductScanResult<float>& result, float* workspace) {
  scan_head(head, result, workspace);
}
void elementwise_scan_float64(const OuterProductScanHead<double>& head,
                              const OuterProductScanResult<double>& result, double* workspace) {
  scan_head(head, result, workspace);
}

}  // namespace gril::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace gril {

int64_t elementwise_workspace_size(int64_t length, int64_t value_size, int64_t key_size,
                                   bool backward, int64_t ranks) {
  return ElementwiseMemory<float>(nullptr, length, value_size, key_size, backward, ranks).size;
}

HWY_EXPORT(elementwise_scan_float32);
HWY_EXPORT(elementwise_scan_float64);

template <>
void elementwise_scan<float>(const OuterProductScanHead<float>& head,
                             const OuterProductScanResult<float>& result, float* workspace) {
  HWY_DYNAMIC_DISPATCH(elementwise_scan_float32)(head, result, workspace);
}
template <>
void elementwise_scan<double>(const OuterProductScanHead<double>& head,
                              const OuterProductScanResult<double>& result, double* workspace) {
  HWY_DYNAMIC_DISPATCH(elementwise_scan_float64)(head, result, workspace);
}

}  // namespace gril
#endif  // HWY_ONCE
