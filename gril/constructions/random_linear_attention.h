#pragma once

#include <cstdint>

#include "gril/constructions/linear_attention_weights.h"

namespace gril {

/// Which random linear attention to draw. Every matrix of a head is width x width.
struct RandomAttentionOptions {
  int64_t width = 4;           ///< d, features of a token and of an output
  int64_t heads = 1;           ///< H; with several, each has its W_O
  int64_t value_rank = 0;      ///< r_v, rank of W_V; 0 stands for width
  int64_t key_query_rank = 0;  ///< r_m, rank of W_Kᵀ W_Q; 0 stands for width
  /// μ, dimension shared by the rows of W_V and the columns of W_Kᵀ W_Q; -1 stands for the smallest
  /// possible, max(0, r_v + r_m - d): what two subspaces in general position share.
  int64_t overlap = -1;
  double decay = 1.0;     ///< λ in (0, 1]
  double rotation = 0.0;  ///< θ in [0, π]
};

/// Heads drawn from `seed` alone. For tokens N(0, I) every value, key, query and output number has
/// variance of order 1.
///
///     full rank   W_V, W_K, W_Q with independent N(0, 1/d) entries
///     r_v < d     W_V = A B: the rows of B are r_v orthonormal vectors, A is N(0, 1/r_v)
///     r_m < d     W_K = A P: the rows of P are r_m orthonormal vectors, the first μ those of B,
///     the
///                 others orthogonal to B; W_Q stays N(0, 1/d)
///     H > 1       W_O with N(0, 1/(dH)) entries
///
/// With a rank below d both B and P are drawn, vectors of one orthonormal frame.
/// Errors: InvalidArgument "[linear_attention] …" for width or heads below 1, ranks outside
/// [1, width], an overlap outside [max(0, r_v + r_m - d), min(r_v, r_m)], and as in
/// check(LinearAttentionWeights).
LinearAttentionWeights random_linear_attention(const RandomAttentionOptions& options,
                                               uint64_t seed);

}  // namespace gril
