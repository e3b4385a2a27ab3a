#pragma once

#include "gril/constructions/linear_attention_weights.h"
#include "gril/constructions/memory_query_form.h"

namespace gril {

/// The compact memory: with M = W_Kᵀ W_Q one head is y_t = W_O W_V S_t M x_t, and a symmetric
/// matrix needs only its entries a ≤ b. Both routes are y = R · Σ (Lx)(Lx)ᵀ · M' x:
///
///     memory (a, b), a ≤ b   left = row a of L, right = row b of L
///     query j                row j of M'
///     gate (i, j)            memory (min(i,j), max(i,j)) · query j,   readout column = column i of
///     R
///
/// Sizes: d(d+1)/2 memory and d query neurons, d² gates. Source: gated_rnn_attention.md 2.2.

/// L = I, M' = M, R = W_O W_V: stores x xᵀ. Works for every W_V, singular ones too.
/// Errors: InvalidArgument "[linear_attention] …" for several heads.
MemoryQueryForm symmetric_memory(const LinearAttentionWeights& attention);

/// L = W_V, M' = W_V^{-T} M, R = W_O: keys are replaced by values, the memory holds v vᵀ. The route
/// of the paper (arXiv 2309.01775).
/// Errors: InvalidArgument "[linear_attention] …" for several heads, or a W_V that is not square or
/// whose condition number exceeds 1e5.
MemoryQueryForm symmetric_memory_by_inversion(const LinearAttentionWeights& attention);

}  // namespace gril
