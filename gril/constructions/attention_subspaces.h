#pragma once

#include <torch/types.h>

#include <cstdint>

#include "gril/constructions/linear_attention_weights.h"

namespace gril {

/// What one head reads of its tokens: only W_V and M = W_Kᵀ W_Q matter to linear attention, and of
/// them only the subspaces U = rows of W_V and C = columns of M, in their relative position.
/// Source: gated_rnn_attention.md 2.3.
struct AttentionSubspaces {
  torch::Tensor value_basis;      ///< B (r_v, d), orthonormal rows that span U
  torch::Tensor key_query_basis;  ///< P (r_m, d), orthonormal rows that span C
  int64_t overlap = 0;            ///< μ = dim(U ∩ C); the first μ rows of B and P are equal
};

/// The bases are principal vectors: rotated by the SVD of B Pᵀ. Ranks count the singular values
/// above 1e-9 of the largest.
/// Errors: InvalidArgument "[linear_attention] …" for several heads, or a head that is zero.
AttentionSubspaces attention_subspaces(const LinearAttentionWeights& attention);

/// M = W_Kᵀ W_Q (d, d) and W_O W_V (outputs, d) of a head.
torch::Tensor key_query_product(const AttentionMatrices& head);
torch::Tensor output_value_product(const AttentionMatrices& head);

/// Singular values, largest first, that exceed 1e-9 of the largest.
int64_t numerical_rank(const torch::Tensor& singular_values);

/// Ratio of the largest to the smallest singular value; infinite for a singular matrix.
double condition_number(const torch::Tensor& matrix);

}  // namespace gril
