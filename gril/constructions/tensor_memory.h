#pragma once

#include <torch/types.h>

#include "gril/constructions/memory_query_form.h"

namespace gril {

/// One memory for any function of linear attention, known by its tensor T (trilinear_tensor.h),
/// with what it reads of tokens and queries given as bases U (r, d) and C (q, d) with orthonormal
/// rows:
///
///     memory (a, b), a ≤ b   left = row a of U, right = row b of U
///     query c                row c of C
///     gate (a, b, c)         memory (a, b) · query c,   readout[k] = Σ T[k,i,j,l] U[a,i] U[b,j]
///     C[c,l]
///                                                       (twice for a < b)
///
/// It computes T projected on both spaces: T itself where U spans what its second and third index
/// need, and C its fourth. Sizes: r(r+1)/2 memory and q query neurons, whatever the number of
/// heads. Source: gated_rnn_attention.md 2.6.
///
/// tensor  T (outputs, d, d, d), float64, symmetric in its second and third index
MemoryQueryForm tensor_memory(const torch::Tensor& tensor, const torch::Tensor& memory_basis,
                              const torch::Tensor& query_basis);

}  // namespace gril
