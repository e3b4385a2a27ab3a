#pragma once

#include <hwy/aligned_allocator.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <random>
#include <string>

#include "gril/ops/outer_product_scan/outer_product_scan_cpu_kernel.h"
#include "tests/support/guarded_buffer.h"

namespace gril::testing {

/// One call of the kernels.
struct KernelShape {
  int64_t length;
  int64_t value_size;
  int64_t key_size;
  bool elementwise;
  bool per_step;
  bool strict;
  bool reverse;
};

inline std::string text_of(const KernelShape& shape) {
  return "T " + std::to_string(shape.length) + ", V " + std::to_string(shape.value_size) + ", K " +
         std::to_string(shape.key_size) + (shape.elementwise ? ", elementwise" : "") +
         (shape.per_step ? ", per step" : "") + (shape.strict ? ", strict" : "") +
         (shape.reverse ? ", reversed" : "");
}

/// Two batch entries of two heads; the second head of both is computed, the first must stay NaN.
constexpr int64_t kBatch = 2;
constexpr int64_t kHeads = 2;
constexpr int64_t kHead = 1;

/// The memory of one call. Results start as NaN between canaries.
template <typename T>
struct KernelMemory {
  explicit KernelMemory(const KernelShape& shape, std::mt19937* random)
      : value_count(kBatch * shape.length * kHeads * shape.value_size),
        key_count(kBatch * shape.length * kHeads * shape.key_size),
        state_count(kBatch * kHeads * shape.value_size * shape.key_size),
        decay_count(shape.elementwise ? shape.value_size * shape.key_size
                                      : kBatch * shape.length * kHeads) {
    for (auto* operand : {&values, &outputs_gradient}) fill(operand, value_count, -1.0, random);
    for (auto* operand : {&keys, &queries}) fill(operand, key_count, -1.0, random);
    for (auto* operand : {&initial_state, &final_gradient}) {
      fill(operand, state_count, -1.0, random);
    }
    fill(&decay, decay_count, 0.0, random);
  }

  static void fill(GuardedBuffer<T>* buffer, int64_t count, double least, std::mt19937* random) {
    std::uniform_real_distribution<T> uniform(static_cast<T>(least), T{1});
    for (int64_t i = 0; i < count; ++i) buffer->data()[i] = uniform(*random);
  }
  bool canaries_live() const {
    for (const auto* buffer :
         {&values, &keys, &queries, &decay, &initial_state, &outputs_gradient, &final_gradient,
          &outputs, &final_state, &values_gradient, &keys_gradient, &queries_gradient,
          &initial_gradient, &decay_gradient}) {
      if (!buffer->canaries_live()) return false;
    }
    return true;
  }

  int64_t value_count, key_count, state_count, decay_count;
  GuardedBuffer<T> values{value_count, 1}, keys{key_count, 1}, queries{key_count, 3};
  GuardedBuffer<T> decay{decay_count, 1}, initial_state{state_count, 1};
  GuardedBuffer<T> outputs_gradient{value_count, 1}, final_gradient{state_count, 3};
  GuardedBuffer<T> outputs{value_count, 3}, final_state{state_count, 1};
  GuardedBuffer<T> values_gradient{value_count, 1}, keys_gradient{key_count, 3};
  GuardedBuffer<T> queries_gradient{key_count, 1}, initial_gradient{state_count, 1};
  GuardedBuffer<T> decay_gradient{decay_count, 1};
};

template <typename T>
OuterProductScanHead<T> head_of(const KernelShape& shape, KernelMemory<T>* memory) {
  OuterProductScanHead<T> head;
  head.batch = kBatch;
  head.length = shape.length;
  head.value_size = shape.value_size;
  head.key_size = shape.key_size;
  head.strict = shape.strict;
  head.reverse = shape.reverse;
  head.value_step = kHeads * shape.value_size;
  head.key_step = kHeads * shape.key_size;
  head.decay_step = shape.per_step ? kHeads : 0;
  head.value_entry = shape.length * head.value_step;
  head.key_entry = shape.length * head.key_step;
  head.decay_entry = shape.length * head.decay_step;
  head.state_entry = kHeads * shape.value_size * shape.key_size;
  head.values = memory->values.data() + kHead * shape.value_size;
  head.keys = memory->keys.data() + kHead * shape.key_size;
  head.queries = memory->queries.data() + kHead * shape.key_size;
  head.decay = memory->decay.data() + (shape.per_step ? kHead : 0);
  head.initial_state = memory->initial_state.data() + kHead * shape.value_size * shape.key_size;
  return head;
}

/// Workspace as the kernels ask for it, NaN everywhere.
template <typename T>
hwy::AlignedFreeUniquePtr<T[]> workspace_of(const KernelShape& shape, bool backward) {
  const int64_t size =
      shape.elementwise
          ? elementwise_workspace_size(shape.length, shape.value_size, shape.key_size, backward, 1)
          : chunked_workspace_size(shape.length, shape.value_size, shape.key_size, backward);
  auto workspace = hwy::AllocateAligned<T>(static_cast<size_t>(size));
  std::fill_n(workspace.get(), size, std::numeric_limits<T>::quiet_NaN());
  return workspace;
}

template <typename T>
void run_kernels(const KernelShape& shape, KernelMemory<T>* memory) {
  const auto head = head_of(shape, memory);
  const int64_t state_offset = kHead * shape.value_size * shape.key_size;
  const OuterProductScanResult<T> result{memory->outputs.data() + kHead * shape.value_size,
                                         memory->final_state.data() + state_offset};
  OuterProductScanGradients<T> gradients;
  gradients.outputs = memory->outputs_gradient.data() + kHead * shape.value_size;
  gradients.final_state = memory->final_gradient.data() + state_offset;
  gradients.values = memory->values_gradient.data() + kHead * shape.value_size;
  gradients.keys = memory->keys_gradient.data() + kHead * shape.key_size;
  gradients.queries = memory->queries_gradient.data() + kHead * shape.key_size;
  gradients.initial_state = memory->initial_gradient.data() + state_offset;
  gradients.decay = memory->decay_gradient.data() + (shape.per_step ? kHead : 0);
  const auto forward_space = workspace_of<T>(shape, false);
  const auto backward_space = workspace_of<T>(shape, true);
  if (shape.elementwise) {
    elementwise_scan(head, result, forward_space.get());
    elementwise_scan_backward(head, gradients, backward_space.get());
  } else {
    chunked_scan(head, result, forward_space.get());
    chunked_scan_backward(head, gradients, backward_space.get());
  }
}

}  // namespace gril::testing
