// Arrays of vectors need a vector size that is known when the file is compiled.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE \
  "gril/ops/outer_product_scan/outer_product_scan_chunked_backward_cpu_kernel.cpp"
#include <hwy/foreach_target.h>
// foreach_target.h comes first.
#include <hwy/highway.h>

#include <algorithm>
#include <numeric>

#include "gril/ops/outer_product_scan/chunked_scan_cpu_kernel-inl.h"
#include "gril/ops/outer_product_scan/outer_product_scan_cpu_kernel.h"

HWY_BEFORE_NAMESPACE();
namespace gril::HWY_NAMESPACE {
namespace {

/// The state before every chunk of a batch entry.
template <typename T>
void recompute_states(const OuterProductScanHead<T>& head, int64_t entry,
                      const BackwardMemory<T>& memory) {
  const int64_t value_width = padded(head.value_size);
  const int64_t key_width = padded(head.key_size);
  const int64_t state_size = value_width * key_width;
  pack_state(
      head.initial_state == nullptr ? nullptr : head.initial_state + entry * head.state_entry,
      head.value_size, head.key_size, memory.states);
  for (int64_t index = 0; index + 1 < chunk_count(head.length); ++index) {
    const Chunk<T> chunk(head, entry, index);
    load_decays(head, chunk, memory);
    load_keys_and_values(head, chunk, memory);
    scale_rows(memory.decay_products + chunk.steps * kChunk, chunk.steps, key_width, memory.keys);
    T* state = memory.states + (index + 1) * state_size;
    std::copy_n(state - state_size, state_size, state);
    multiply<T>({memory.values, 1, value_width, memory.keys, key_width, state, key_width,
                 memory.from_start + chunk.steps, 0},
                value_width, whole_vectors<T>(head.key_size), chunk.steps);
  }
}

/// Turns scores A = q·k and score gradients B = dy·v into P = A ∘ W and dA = B ∘ W, and sums
/// A ∘ B into the decay gradient. README.md, "Gradient of the decay".
template <typename T>
void weigh_scores(const Chunk<T>& chunk, bool strict, T final_term,
                  const BackwardMemory<T>& memory) {
  const hn::ScalableTag<T> tag;
  T initial_sum = final_term;
  for (int64_t step = chunk.steps - 1; step >= 0; --step) {
    const T* before = memory.decay_products + step * kChunk;
    const T* weights = strict ? before : before + kChunk;
    T* scores = memory.scores + step * kChunk;
    T* gradients = memory.score_gradients + step * kChunk;
    const auto decay = hn::Set(tag, memory.decays[step]);
    auto sum = hn::Zero(tag);
    const int64_t end = whole_vectors<T>(step / kRowBlock * kRowBlock + kRowBlock);
    for (int64_t i = 0; i < end; i += lanes<T>()) {
      const auto score = hn::Load(tag, scores + i);
      const auto gradient = hn::Load(tag, gradients + i);
      const auto weight = hn::Load(tag, weights + i);
      const auto here = hn::Mul(score, gradient);
      auto later = hn::Load(tag, memory.later + i);
      if (!strict) later = hn::Add(later, here);
      sum = hn::MulAdd(later, hn::Load(tag, before + i), sum);
      later = strict ? hn::MulAdd(later, decay, here) : hn::Mul(later, decay);
      hn::Store(later, tag, memory.later + i);
      hn::Store(hn::Mul(score, weight), tag, scores + i);
      hn::Store(hn::Mul(gradient, weight), tag, gradients + i);
    }
    if (!strict) initial_sum += memory.initial_terms[step];
    memory.decay_gradient[step] =
        hn::GetLane(hn::SumOfLanes(tag, sum)) + initial_sum * memory.from_start[step];
    initial_sum *= memory.decays[step];
    if (strict) initial_sum += memory.initial_terms[step];
  }
}

/// The three products with the states at both ends of the chunk, before they are weighted.
template <typename T>
void products_with_states(const OuterProductScanHead<T>& head, const Chunk<T>& chunk,
                          const T* state, const BackwardMemory<T>& memory) {
  const int64_t value_width = padded(head.value_size);
  const int64_t key_width = padded(head.key_size);
  const int64_t key_columns = whole_vectors<T>(head.key_size);
  transpose(memory.state, key_width, value_width, key_width, memory.state_gradient_transposed,
            value_width);
  multiply<T>(
      {memory.gradient, value_width, 1, state, key_width, memory.queries_gradient, key_width},
      chunk.rows, key_columns, head.value_size);
  multiply<T>(
      {memory.values, value_width, 1, memory.state, key_width, memory.keys_gradient, key_width},
      chunk.rows, key_columns, head.value_size);
  multiply<T>({memory.keys, key_width, 1, memory.state_gradient_transposed, value_width,
               memory.values_gradient, value_width},
              chunk.rows, whole_vectors<T>(head.value_size), head.key_size);
}

/// Scores, their gradients, and the gradient of the decays of this chunk.
template <typename T>
void chunk_decay_gradient(const OuterProductScanHead<T>& head, const Chunk<T>& chunk,
                          const T* state, const BackwardMemory<T>& memory) {
  const int64_t value_width = padded(head.value_size);
  const int64_t key_width = padded(head.key_size);
  const int64_t key_columns = whole_vectors<T>(head.key_size);
  T final_term{0};
  for (int64_t row = 0; row < head.value_size; ++row) {
    final_term += dot(memory.state + row * key_width, state + row * key_width, key_columns);
  }
  for (int64_t row = 0; row < chunk.rows; ++row) {
    const int64_t start = row * key_width;
    memory.initial_terms[row] =
        dot(memory.queries_gradient + start, memory.queries + start, key_columns);
    memory.later[row] = dot(memory.keys_gradient + start, memory.keys + start, key_columns);
  }
  transpose(memory.values, value_width, chunk.rows, value_width, memory.values_transposed, kChunk);
  multiply_lower<T>({memory.gradient, value_width, 1, memory.values_transposed, kChunk,
                     memory.score_gradients, kChunk},
                    chunk.rows, head.value_size);
  weigh_scores(chunk, head.strict, final_term, memory);
}

/// Adds the products within the chunk to those with the states.
template <typename T>
void products_within_chunk(const OuterProductScanHead<T>& head, const Chunk<T>& chunk,
                           const BackwardMemory<T>& memory) {
  const int64_t value_width = padded(head.value_size);
  const int64_t key_width = padded(head.key_size);
  const int64_t key_columns = whole_vectors<T>(head.key_size);
  const T* to_end = memory.decay_products + chunk.steps * kChunk;
  multiply_lower_left<T>(
      {memory.score_gradients, kChunk, 1, memory.keys, key_width, memory.queries_gradient,
       key_width, memory.from_start + (head.strict ? 0 : 1), 1},
      chunk.rows, key_columns);
  multiply_upper_left<T>({memory.score_gradients, 1, kChunk, memory.queries, key_width,
                          memory.keys_gradient, key_width, to_end, 1},
                         chunk.rows, key_columns);
  multiply_upper_left<T>({memory.scores, 1, kChunk, memory.gradient, value_width,
                          memory.values_gradient, value_width, to_end, 1},
                         chunk.rows, whole_vectors<T>(head.value_size));
}

/// The gradient of the state before the chunk. Scales the packed output gradient.
template <typename T>
void retreat_state_gradient(const OuterProductScanHead<T>& head, const Chunk<T>& chunk,
                            const BackwardMemory<T>& memory) {
  const int64_t value_width = padded(head.value_size);
  const int64_t key_width = padded(head.key_size);
  scale_rows(memory.from_start + (head.strict ? 0 : 1), chunk.steps, value_width, memory.gradient);
  multiply<T>({memory.gradient, 1, value_width, memory.queries, key_width, memory.state, key_width,
               memory.from_start + chunk.steps, 0},
              value_width, whole_vectors<T>(head.key_size), chunk.steps);
}

template <typename T>
void unpack_gradients(const OuterProductScanHead<T>& head, const Chunk<T>& chunk,
                      const BackwardMemory<T>& memory,
                      const OuterProductScanGradients<T>& gradients) {
  const int64_t value_step = chunk.direction * head.value_step;
  const int64_t key_step = chunk.direction * head.key_step;
  unpack_rows(memory.values_gradient, value_step, chunk.steps, head.value_size,
              gradients.values + chunk.value_offset);
  unpack_rows(memory.keys_gradient, key_step, chunk.steps, head.key_size,
              gradients.keys + chunk.key_offset);
  unpack_rows(memory.queries_gradient, key_step, chunk.steps, head.key_size,
              gradients.queries + chunk.key_offset);
}

/// Writes the decay gradient of a chunk when it is per step; returns its sum when it is constant.
template <typename T>
double collect_decay_gradient(const OuterProductScanHead<T>& head, const Chunk<T>& chunk,
                              const T* decay_gradient, T* destination) {
  if (head.decay_step == 0) {
    return std::accumulate(decay_gradient, decay_gradient + chunk.steps, 0.0);
  }
  const int64_t step_size = chunk.direction * head.decay_step;
  for (int64_t step = 0; step < chunk.steps; ++step) {
    destination[chunk.decay_offset + step * step_size] = decay_gradient[step];
  }
  return 0.0;
}

template <typename T>
void scan_head_backward(const OuterProductScanHead<T>& head,
                        const OuterProductScanGradients<T>& gradients, T* workspace) {
  const BackwardMemory<T> memory(workspace, head.length, head.value_size, head.key_size);
  const int64_t state_size = padded(head.value_size) * padded(head.key_size);
  prepare_constant_decay(head, memory);
  double decay_sum = 0.0;
  for (int64_t entry = 0; entry < head.batch; ++entry) {
    const int64_t state_offset = entry * head.state_entry;
    recompute_states(head, entry, memory);
    pack_state(gradients.final_state == nullptr ? nullptr : gradients.final_state + state_offset,
               head.value_size, head.key_size, memory.state);
    for (int64_t index = chunk_count(head.length) - 1; index >= 0; --index) {
      const Chunk<T> chunk(head, entry, index);
      const T* state = memory.states + index * state_size;
      load_decays(head, chunk, memory);
      load_keys_and_values(head, chunk, memory);
      compute_scores(head, chunk, memory);
      pack_rows(gradients.outputs + chunk.value_offset, chunk.direction * head.value_step,
                chunk.steps, head.value_size, chunk.rows, memory.gradient);
      products_with_states(head, chunk, state, memory);
      chunk_decay_gradient(head, chunk, state, memory);
      products_within_chunk(head, chunk, memory);
      unpack_gradients(head, chunk, memory, gradients);
      decay_sum += collect_decay_gradient(head, chunk, memory.decay_gradient, gradients.decay);
      retreat_state_gradient(head, chunk, memory);
    }
    unpack_rows(memory.state, head.key_size, head.value_size, head.key_size,
                gradients.initial_state + state_offset);
  }
  if (head.decay_step == 0) *gradients.decay = static_cast<T>(decay_sum);
}

}  // namespace

void chunked_scan_backward_float32(const OuterProductScanHead<float>& head,
                                   const OuterProductScanGradients<float>& gradients,
                                   float* workspace) {
  scan_head_backward(head, gradients, workspace);
}
void chunked_scan_backward_float64(const OuterProductScanHead<double>& head,
                                   const OuterProductScanGradients<double>& gradients,
                                   double* workspace) {
  scan_head_backward(head, gradients, workspace);
}

}  // namespace gril::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace gril {

HWY_EXPORT(chunked_scan_backward_float32);
HWY_EXPORT(chunked_scan_backward_float64);

template <>
void chunked_scan_backward<float>(const OuterProductScanHead<float>& head,
                                  const OuterProductScanGradients<float>& gradients,
                                  float* workspace) {
  HWY_DYNAMIC_DISPATCH(chunked_scan_backward_float32)(head, gradients, workspace);
}
template <>
void chunked_scan_backward<double>(const OuterProductScanHead<double>& head,
                                   const OuterProductScanGradients<double>& gradients,
                                   double* workspace) {
  HWY_DYNAMIC_DISPATCH(chunked_scan_backward_float64)(head, gradients, workspace);
}

}  // namespace gril
#endif  // HWY_ONCE
