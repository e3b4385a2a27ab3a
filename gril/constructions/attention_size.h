#pragma once

#include <cstdint>

namespace gril {

/// How large a gated linear RNN is that computes linear attention: n neurons, of which memory
/// neurons remember and query neurons pass the current token on; products of the output gate; and
/// the parameters of the layer, every matrix stored densely. Source: gated_rnn_attention.md 2.
struct GatedRnnSize {
  int64_t memory_neurons = 0;
  int64_t query_neurons = 0;
  int64_t gates = 0;
  int64_t parameters = 0;

  int64_t neurons() const { return memory_neurons + query_neurons; }
  bool operator==(const GatedRnnSize&) const = default;
};

/// The formulas below are for one square head of width d, unless they say otherwise; attention
/// itself has 3d² parameters. Width and heads are at least 1; that is not checked.

/// n = d² + d neurons, d² gates, 2d⁴ + 5d³ + 5d² + 3d parameters.
GatedRnnSize basic_size(int64_t width);

/// Both routes: n = d(d+1)/2 + d neurons, d² gates, n(2d² + 2d + 3) + d³ parameters.
GatedRnnSize symmetric_size(int64_t width);

/// W_V of rank r_v, W_Kᵀ W_Q of rank r_m, overlap μ: n = r_v r_m - μ(μ-1)/2 + r_m neurons,
/// G = r_v r_m gates, n(2d + 3 + 2G) + dG parameters.
GatedRnnSize low_rank_size(int64_t width, int64_t value_rank, int64_t key_query_rank,
                           int64_t overlap);

/// d² neurons, all memory, d² gates, d⁴ + 4d³ + 4d² parameters, of which d⁴ are an identity matrix.
GatedRnnSize side_gated_size(int64_t width);

/// n = d(d+1)/2 neurons, all memory, d² gates, n(d² + 2d + 3) + 2d³ + d² parameters.
GatedRnnSize symmetric_side_gated_size(int64_t width);

/// Any number of heads: n = d(d+1)/2 + d neurons, G = d²(d+1)/2 gates, n(2d + 3 + 2G) + dG
/// parameters.
GatedRnnSize multi_head_size(int64_t width);

/// One memory per head, d² + d neurons and d² gates each: n = H(d² + d) neurons, G = H d² gates,
/// n(2d + 3 + 2G) + dG parameters.
GatedRnnSize memory_per_head_size(int64_t width, int64_t heads);

}  // namespace gril
