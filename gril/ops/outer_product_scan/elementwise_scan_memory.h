#pragma once

#include <algorithm>
#include <cstdint>

#include "gril/ops/outer_product_scan/chunk_workspace.h"

/// How the elementwise kernels divide their workspace and the state.
namespace gril {

/// Steps per chunk: the states of one register block over a chunk stay in the first-level cache.
constexpr int64_t kElementwiseChunk = 32;

/// Rows of the state held in registers at most.
constexpr int64_t kMostBlockRows = 10;

inline int64_t elementwise_chunk_count(int64_t length) {
  return (length + kElementwiseChunk - 1) / kElementwiseChunk;
}

/// Rows of the state cut into equal blocks of 4, 5, 6, 8 or 10, the sizes that have a kernel. The
/// blocks together are no taller than the padded state.
struct RowBlocks {
  explicit RowBlocks(int64_t rows) : count(rows <= kMostBlockRows ? 1 : (rows + 7) / 8) {
    const int64_t needed = (rows + count - 1) / count;
    height = needed <= 4 ? 4 : needed <= 6 ? needed : needed <= 8 ? 8 : kMostBlockRows;
  }

  int64_t count;
  int64_t height;
};

/// The workspace of both passes; pieces of the backward pass are empty in the forward pass.
template <typename T>
struct ElementwiseMemory {
  ElementwiseMemory(T* workspace, int64_t length, int64_t value_size, int64_t key_size,
                    bool backward, int64_t ranks) {
    const int64_t value_width = padded(value_size);
    const int64_t key_width = padded(key_size);
    const int64_t state_size = value_width * key_width;
    WorkspaceCursor<T> cursor(workspace);
    const int64_t pairs = kElementwiseChunk * ranks;
    values = cursor.take(pairs * value_width);
    keys = cursor.take(pairs * key_width);
    queries = cursor.take(kElementwiseChunk * key_width);
    outputs = cursor.take((backward ? pairs : kElementwiseChunk) * value_width);
    decay_transposed = cursor.take(state_size);
    state_transposed = cursor.take(state_size);
    scratch = cursor.take(state_size);
    if (backward) {
      gradient = cursor.take(kElementwiseChunk * value_width);
      keys_gradient = cursor.take(pairs * key_width);
      queries_gradient = cursor.take(kElementwiseChunk * key_width);
      decay = cursor.take(state_size);
      state_gradient = cursor.take(state_size);
      decay_gradient = cursor.take(state_size);
      saved = cursor.take(kElementwiseChunk * kMostBlockRows * kPadding);
      states = cursor.take(elementwise_chunk_count(length) * state_size);
    }
    size = cursor.taken();
  }

  T *values, *keys, *queries;
  T* outputs;  ///< backward pass: gradient of the values
  T* decay_transposed;
  T* state_transposed;  ///< backward pass: gradient of the state, transposed
  T* scratch;           ///< one state, for transposing
  T* gradient = nullptr;
  T* keys_gradient = nullptr;
  T* queries_gradient = nullptr;
  T* decay = nullptr;
  T* state_gradient = nullptr;
  T* decay_gradient = nullptr;
  T* saved = nullptr;   ///< the states of one register block before each step of a chunk
  T* states = nullptr;  ///< the state before each chunk
  int64_t size = 0;
};

}  // namespace gril
