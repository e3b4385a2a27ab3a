#pragma once

#include <torch/types.h>

#include <cstdint>

#include "gril/constructions/linear_attention_weights.h"

/// How many numbers any memory must hold between two tokens. What the past does to the future is
/// the linear map of the symmetric S = Σ x xᵀ,
///
///     S ↦ (Σ_ab T[k,a,b,c] S[a,b])_{kc},     T the tensor of trilinear_tensor.h
///
/// and once the past is long enough S takes any value near any other. So a state that is updated
/// continuously has at least rank-of-this-map coordinates that depend on the past.
/// Source: gated_rnn_attention.md 2.4.
namespace gril {

/// The rank of the map. One head: r_v r_m - μ(μ-1)/2, eq. (3), with the ranks and the overlap of
/// attention_subspaces.h; d(d+1)/2 for invertible matrices. Several heads: the singular values
/// above 1e-9 of the largest. Errors: those of attention_subspaces.
int64_t required_memory_neurons(const LinearAttentionWeights& attention);

/// σ of the map, largest first, float64. n neurons, whatever quadratic forms they hold, leave at
/// least (Σ_{i>n} σ_i²)^½ of T (Eckart and Young): more than zero below the rank.
/// Cost: that of the singular values of a d² x (outputs·d) matrix.
torch::Tensor memory_singular_values(const LinearAttentionWeights& attention);

}  // namespace gril
