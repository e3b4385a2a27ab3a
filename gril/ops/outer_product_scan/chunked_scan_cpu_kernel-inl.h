// What the chunked forward and backward kernels share. Included once per instruction set.
#if defined(GRIL_CHUNKED_SCAN_CPU_KERNEL_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef GRIL_CHUNKED_SCAN_CPU_KERNEL_INL_H_
#undef GRIL_CHUNKED_SCAN_CPU_KERNEL_INL_H_
#else
#define GRIL_CHUNKED_SCAN_CPU_KERNEL_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cstdint>

#include "gril/ops/outer_product_scan/chunk_product_cpu_kernel-inl.h"
#include "gril/ops/outer_product_scan/chunked_scan_memory.h"
#include "gril/ops/outer_product_scan/row_packing_cpu_kernel-inl.h"

HWY_BEFORE_NAMESPACE();
namespace gril::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// row[i] *= factors[row] for `rows` rows of `width` numbers.
template <typename T>
void scale_rows(const T* factors, int64_t rows, int64_t width, T* matrix) {
  const hn::ScalableTag<T> tag;
  for (int64_t row = 0; row < rows; ++row) {
    const auto factor = hn::Set(tag, factors[row]);
    for (int64_t i = row * width; i < (row + 1) * width; i += lanes<T>()) {
      hn::Store(hn::Mul(factor, hn::Load(tag, matrix + i)), tag, matrix + i);
    }
  }
}

template <typename T>
T dot(const T* a, const T* b, int64_t size) {
  const hn::ScalableTag<T> tag;
  auto sum = hn::Zero(tag);
  for (int64_t i = 0; i < size; i += lanes<T>()) {
    sum = hn::MulAdd(hn::Load(tag, a + i), hn::Load(tag, b + i), sum);
  }
  return hn::GetLane(hn::SumOfLanes(tag, sum));
}

/// Products of decays between any two steps of a chunk, by multiplication only: a decay may be 0.
template <typename T>
void fill_decay_products(int64_t steps, int64_t rows, const ForwardMemory<T>& memory) {
  const hn::ScalableTag<T> tag;
  T* row = memory.decay_products;
  for (int64_t i = 0; i < kChunk; i += lanes<T>()) hn::Store(hn::Zero(tag), tag, row + i);
  memory.from_start[0] = T{1};
  for (int64_t step = 0; step < rows; ++step, row += kChunk) {
    const T decay = step < steps ? memory.decays[step] : T{0};
    const auto factor = hn::Set(tag, decay);
    for (int64_t i = 0; i < kChunk; i += lanes<T>()) {
      hn::Store(hn::Mul(factor, hn::Load(tag, row + i)), tag, row + kChunk + i);
    }
    row[kChunk + step] = T{1};
    memory.from_start[step + 1] = decay * memory.from_start[step];
  }
}

/// Decays of the chunk and their products. A constant decay is prepared once per head.
template <typename T>
void load_decays(const OuterProductScanHead<T>& head, const Chunk<T>& chunk,
                 const ForwardMemory<T>& memory) {
  if (head.decay_step == 0) return;
  const T* decay = head.decay + chunk.decay_offset;
  for (int64_t step = 0; step < chunk.steps; ++step) {
    memory.decays[step] = decay[step * chunk.direction * head.decay_step];
  }
  fill_decay_products(chunk.steps, chunk.rows, memory);
}

template <typename T>
void prepare_constant_decay(const OuterProductScanHead<T>& head, const ForwardMemory<T>& memory) {
  if (head.decay_step != 0) return;
  std::fill_n(memory.decays, kChunk, *head.decay);
  fill_decay_products(kChunk, kChunk, memory);
}

template <typename T>
void load_keys_and_values(const OuterProductScanHead<T>& head, const Chunk<T>& chunk,
                          const ForwardMemory<T>& memory) {
  pack_rows(head.keys + chunk.key_offset, chunk.direction * head.key_step, chunk.steps,
            head.key_size, chunk.rows, memory.keys);
  pack_rows(head.values + chunk.value_offset, chunk.direction * head.value_step, chunk.steps,
            head.value_size, chunk.rows, memory.values);
}

/// scores = queries · keysᵀ on and below the diagonal.
template <typename T>
void compute_scores(const OuterProductScanHead<T>& head, const Chunk<T>& chunk,
                    const ForwardMemory<T>& memory) {
  const int64_t key_width = padded(head.key_size);
  pack_rows(head.queries + chunk.key_offset, chunk.direction * head.key_step, chunk.steps,
            head.key_size, chunk.rows, memory.queries);
  transpose(memory.keys, key_width, chunk.rows, key_width, memory.keys_transposed, kChunk);
  multiply_lower<T>(
      {memory.queries, key_width, 1, memory.keys_transposed, kChunk, memory.scores, kChunk},
      chunk.rows, head.key_size);
}

}  // namespace gril::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
