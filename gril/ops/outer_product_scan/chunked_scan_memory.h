#pragma once

#include <algorithm>
#include <cstdint>

#include "gril/ops/outer_product_scan/chunk_workspace.h"
#include "gril/ops/outer_product_scan/outer_product_scan_cpu_kernel.h"

/// How the chunked kernels divide their workspace and the sequence.
namespace gril {

/// Steps per chunk: products of 64 × 64 matrices stay in the first-level cache.
constexpr int64_t kChunk = 64;

inline int64_t chunk_count(int64_t length) { return (length + kChunk - 1) / kChunk; }

/// The workspace of the forward pass.
template <typename T>
struct ForwardMemory {
  ForwardMemory(T* workspace, int64_t value_size, int64_t key_size) {
    const int64_t value_width = padded(value_size);
    const int64_t key_width = padded(key_size);
    WorkspaceCursor<T> cursor(workspace);
    values = cursor.take(kChunk * value_width);
    keys = cursor.take(kChunk * key_width);
    queries = cursor.take(kChunk * key_width);
    keys_transposed = cursor.take(kChunk * key_width);
    scores = cursor.take(kChunk * kChunk);
    outputs = cursor.take(kChunk * value_width);
    decay_products = cursor.take((kChunk + 1) * kChunk);
    from_start = cursor.take(kChunk + 1);
    decays = cursor.take(kChunk);
    state = cursor.take(value_width * key_width);
    scratch = cursor.take(value_width * key_width);
    size = cursor.taken();
  }

  T *values, *keys, *queries, *keys_transposed, *scores, *outputs;
  /// Row i holds the products of decays j+1 … i for the steps j = 1 … i, zeros behind; row 0 zeros.
  T* decay_products;
  /// Entry i is the product of decays 1 … i.
  T* from_start;
  T* decays;
  T* state;    ///< forward pass: transposed; backward pass: gradient of the state
  T* scratch;  ///< one state, for transposing
  int64_t size;
};

/// What the backward pass needs beside it.
template <typename T>
struct BackwardMemory : ForwardMemory<T> {
  BackwardMemory(T* workspace, int64_t length, int64_t value_size, int64_t key_size)
      : ForwardMemory<T>(workspace, value_size, key_size) {
    const int64_t value_width = padded(value_size);
    const int64_t key_width = padded(key_size);
    const bool counting = workspace == nullptr;
    WorkspaceCursor<T> cursor(counting ? nullptr : workspace + this->size);
    gradient = cursor.take(kChunk * value_width);
    values_transposed = cursor.take(kChunk * value_width);
    state_gradient_transposed = cursor.take(value_width * key_width);
    score_gradients = cursor.take(kChunk * kChunk);
    values_gradient = cursor.take(kChunk * value_width);
    keys_gradient = cursor.take(kChunk * key_width);
    queries_gradient = cursor.take(kChunk * key_width);
    later = cursor.take(kChunk);
    initial_terms = cursor.take(kChunk);
    decay_gradient = cursor.take(kChunk);
    states = cursor.take(chunk_count(length) * value_width * key_width);
    this->size += cursor.taken();
  }

  T *gradient, *values_transposed, *state_gradient_transposed, *score_gradients;
  T *values_gradient, *keys_gradient, *queries_gradient;
  T* later;          ///< terms of the decay gradient that end at a later step, per starting step
  T* initial_terms;  ///< terms that start at the state before the chunk
  T* decay_gradient;
  T* states;  ///< the state before each chunk
};

/// One chunk of one batch entry: steps in scan order, so that a reversed scan has negative strides.
template <typename T>
struct Chunk {
  Chunk(const OuterProductScanHead<T>& head, int64_t entry, int64_t index)
      : steps(std::min(kChunk, head.length - index * kChunk)),
        rows(padded(steps)),
        direction(head.reverse ? -1 : 1),
        value_offset(entry * head.value_entry),
        key_offset(entry * head.key_entry),
        decay_offset(entry * head.decay_entry) {
    const int64_t first = head.reverse ? head.length - 1 - index * kChunk : index * kChunk;
    value_offset += first * head.value_step;
    key_offset += first * head.key_step;
    decay_offset += first * head.decay_step;
  }

  int64_t steps;
  int64_t rows;  ///< steps, padded
  int64_t direction;
  int64_t value_offset;
  int64_t key_offset;
  int64_t decay_offset;
};

}  // namespace gril
