#pragma once

#include <torch/types.h>

#include <cstdint>

#include "gril/constructions/linear_attention_weights.h"

namespace gril {

/// The function of linear attention, free of how its matrices are factored: two of them are equal
/// for all inputs exactly when these tensors (and decay and rotation) are.
/// Source: gated_rnn_attention.md 2.7, eq. (4).
///
///     y_{t,k} = Σ_{s≤t} w_{t-s} Σ_{abc} T[k,a,b,c] x_s[a] x_s[b] x_t[c]
///     T[k,a,b,c] = Σ_h sym_{ab} (W_O W_V)[k,a] (W_Kᵀ W_Q)[b,c],   sym = average over a ↔ b
///
/// returns  T (outputs, d, d, d), float64, symmetric in a and b.
torch::Tensor trilinear_tensor(const LinearAttentionWeights& attention);

}  // namespace gril
