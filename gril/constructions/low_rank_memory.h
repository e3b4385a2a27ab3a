#pragma once

#include "gril/constructions/linear_attention_weights.h"
#include "gril/constructions/memory_query_form.h"

namespace gril {

/// The smallest memory for one head. With the principal vectors B (r_v, d) of the rows of W_O W_V,
/// P (r_m, d) of the columns of M = W_Kᵀ W_Q, and μ the dimension they share
/// (attention_subspaces.h): W_O W_V = R B, M = Pᵀ Q, and
///
///     memory (i, j)   left = B_i, right = P_j; (i, j) and (j, i) are one neuron for i, j < μ
///     query j         row j of Q
///     gate (i, j)     memory (i, j) · query j,   readout column = column i of R
///
/// Sizes: r_v r_m - μ(μ-1)/2 memory and r_m query neurons, r_v r_m gates: no memory can be smaller
/// (required_memory.h). Source: gated_rnn_attention.md 2.3, eq. (3).
/// Errors: InvalidArgument "[linear_attention] …" for several heads, or a head that is zero.
MemoryQueryForm low_rank_memory(const LinearAttentionWeights& attention);

}  // namespace gril
