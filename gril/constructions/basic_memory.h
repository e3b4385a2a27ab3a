#pragma once

#include "gril/constructions/linear_attention_weights.h"
#include "gril/constructions/memory_query_form.h"

namespace gril {

/// One memory neuron per entry of v kᵀ, one query neuron per entry of q.
/// Source: Gated recurrent neural networks discover attention (arXiv 2309.01775), basic
/// construction; gated_rnn_attention.md 2.1. Head h, indices from 0:
///
///     memory (i, j) = Σ v_i k_j      left = row i of W_V, right = row j of W_K
///     query j       = q_j            row j of W_Q
///     gate (i, j)   = memory (i, j) · query j,   readout column = column i of W_O
///
/// Sizes: H·d_v·d_k memory and H·d_k query neurons, H·d_v·d_k gates; d², d and d² for one square
/// head. Errors: as in check(LinearAttentionWeights).
MemoryQueryForm basic_memory(const LinearAttentionWeights& attention);

}  // namespace gril
