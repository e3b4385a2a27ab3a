#pragma once

#include "gril/constructions/linear_attention_weights.h"
#include "gril/constructions/memory_query_form.h"

namespace gril {

/// One memory for any number of heads: every head reads the same S_t = Σ x xᵀ, and every query is
/// linear in x_t. The heads live in the readout, through the tensor T of trilinear_tensor.h:
///
///     memory (a, b), a ≤ b   left = unit vector a, right = unit vector b
///     query c                unit vector c
///     gate (a, b, c)         memory (a, b) · query c,   readout[k] = T[k,a,b,c] (twice for a < b)
///
/// Sizes: d(d+1)/2 memory and d query neurons, d²(d+1)/2 gates, whatever the number of heads; one
/// memory per head costs H·d² + H·d neurons. Source: gated_rnn_attention.md 2.6.
/// Errors: as in check(LinearAttentionWeights).
MemoryQueryForm multi_head_memory(const LinearAttentionWeights& attention);

}  // namespace gril
