#pragma once

#include <vector>

#include "gril/constructions/exact_model.h"
#include "gril/constructions/memory_query_form.h"

namespace gril {

/// Weights with which an LRU between two multiplicative gates computes linear attention.
/// Source: gated_rnn_attention.md 3.2 and 3.5. A form of N memory neurons, Q queries and G gates
/// (memory_query_form.h) becomes four layers:
///
///     gated_linear_unit      N + Q products: (right_n·x)(left_n·x) and 1·(queries_j·x)
///     linear_recurrent_unit  N eigenvalues λ e^{iθ}, B and C the identity on the first N products,
///                            γ = 1; the feed-through passes the last Q
///     gated_linear_unit      G products of a memory and a query
///     linear                 the readout of the form
///
/// The radius of an eigenvalue is below 1 by construction. Attention with λ < 1, rotating or not,
/// is computed exactly. For λ = 1 the radius is 1 - δ: a token of age n weighs (1 - δ)^n instead of
/// 1, an error of order δ (about δ times the mean age).
///
/// delta    δ in (0, 1), used for λ = 1.
std::vector<ExactLayer> linear_attention_as_lru(const MemoryQueryForm& form, double delta);

}  // namespace gril
