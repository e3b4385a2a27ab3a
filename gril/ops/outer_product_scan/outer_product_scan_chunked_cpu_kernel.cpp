// Arrays of vectors need a vector size that is known when the file is compiled.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "gril/ops/outer_product_scan/outer_product_scan_chunked_cpu_kernel.cpp"
#include <hwy/foreach_target.h>
// foreach_target.h comes first.
#include <hwy/highway.h>

#include "gril/ops/outer_product_scan/chunked_scan_cpu_kernel-inl.h"
#include "gril/ops/outer_product_scan/outer_product_scan_cpu_kernel.h"

HWY_BEFORE_NAMESPACE();
namespace gril::HWY_NAMESPACE {
namespace {

template <typename T>
void chunk_outputs(const OuterProductScanHead<T>& head, const Chunk<T>& chunk,
                   const ForwardMemory<T>& memory, T* outputs) {
  const hn::ScalableTag<T> tag;
  const int64_t value_width = padded(head.value_size);
  const int64_t key_width = padded(head.key_size);
  const int64_t columns = whole_vectors<T>(head.value_size);
  // A strict read sees the state one step earlier.
  const int64_t read = head.strict ? 0 : 1;
  compute_scores(head, chunk, memory);
  for (int64_t row = 0; row < chunk.rows; ++row) {
    const T* weights = memory.decay_products + (row + read) * kChunk;
    T* scores = memory.scores + row * kChunk;
    const int64_t end = whole_vectors<T>(row / kRowBlock * kRowBlock + kRowBlock);
    for (int64_t i = 0; i < end; i += lanes<T>()) {
      hn::Store(hn::Mul(hn::Load(tag, weights + i), hn::Load(tag, scores + i)), tag, scores + i);
    }
  }
  multiply<T>(
      {memory.queries, key_width, 1, memory.state, value_width, memory.outputs, value_width},
      chunk.rows, columns, head.key_size);
  multiply_lower_left<T>({memory.scores, kChunk, 1, memory.values, value_width, memory.outputs,
                          value_width, memory.from_start + read, 1},
                         chunk.rows, columns);
  unpack_rows(memory.outputs, chunk.direction * head.value_step, chunk.steps, head.value_size,
              outputs + chunk.value_offset);
}

/// Sᵀ after the chunk. Scales the packed keys.
template <typename T>
void advance_transposed_state(const OuterProductScanHead<T>& head, const Chunk<T>& chunk,
                              const ForwardMemory<T>& memory) {
  const int64_t value_width = padded(head.value_size);
  const int64_t key_width = padded(head.key_size);
  scale_rows(memory.decay_products + chunk.steps * kChunk, chunk.steps, key_width, memory.keys);
  multiply<T>({memory.keys, 1, key_width, memory.values, value_width, memory.state, value_width,
               memory.from_start + chunk.steps, 0},
              key_width, whole_vectors<T>(head.value_size), chunk.steps);
}

template <typename T>
void scan_head(const OuterProductScanHead<T>& head, const OuterProductScanResult<T>& result,
               T* workspace) {
  const ForwardMemory<T> memory(workspace, head.value_size, head.key_size);
  prepare_constant_decay(head, memory);
  for (int64_t entry = 0; entry < head.batch; ++entry) {
    pack_transposed_state(
        head.initial_state == nullptr ? nullptr : head.initial_state + entry * head.state_entry,
        head.value_size, head.key_size, memory.scratch, memory.state);
    for (int64_t index = 0; index < chunk_count(head.length); ++index) {
      const Chunk<T> chunk(head, entry, index);
      load_decays(head, chunk, memory);
      load_keys_and_values(head, chunk, memory);
      chunk_outputs(head, chunk, memory, result.outputs);
      advance_transposed_state(head, chunk, memory);
    }
    unpack_transposed_state(memory.state, head.value_size, head.key_size, memory.scratch,
                            result.final_state + entry * head.state_entry);
  }
}

}  // namespace

void chunked_scan_float32(const OuterProductScanHead<float>& head,
                          const OuterProductScanResult<float>& result, float* workspace) {
  scan_head(head, result, workspace);
}
void chunked_scan_float64(const OuterProductScanHead<double>& head,
                          const OuterProductScanResult<double>& result, double* workspace) {
  scan_head(head, result, workspace);
}

}  // namespace gril::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace gril {

int64_t chunked_workspace_size(int64_t length, int64_t value_size, int64_t key_size,
                               bool backward) {
  return backward ? BackwardMemory<float>(nullptr, length, value_size, key_size).size
                  : ForwardMemory<float>(nullptr, value_size, key_size).size;
}

HWY_EXPORT(chunked_scan_float32);
HWY_EXPORT(chunked_scan_float64);

template <>
void chunked_scan<float>(const OuterProductScanHead<float>& head,
                         const OuterProductScanResult<float>& result, float* workspace) {
  HWY_DYNAMIC_DISPATCH(chunked_scan_float32)(head, result, workspace);
}
template <>
void chunked_scan<double>(const OuterProductScanHead<double>& head,
                          const OuterProductScanResult<double>& result, double* workspace) {
  HWY_DYNAMIC_DISPATCH(chunked_scan_float64)(head, result, workspace);
}

}  // namespace gril
#endif  // HWY_ONCE
