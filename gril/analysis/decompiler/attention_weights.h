#pragma once

#include <torch/types.h>

#include "gril/base/json.h"
#include "gril/constructions/linear_attention_weights.h"
#include "gril/layers/linear_attention.h"
#include "gril/tasks/in_context/linear_attention_teacher.h"

namespace gril {

/// What a function of linear attention can be known by: W_O W_V and W_Kᵀ W_Q of every head. H
/// heads, d features, m outputs.
struct AttentionHeads {
  torch::Tensor values;    ///< (W_O W_V)^h, (H, m, d)
  torch::Tensor products;  ///< M^h = (W_Kᵀ W_Q)^h, (H, d, d)
};

/// T_k[a,b,c] = Σ_h sym_ab((W_O W_V)^h[k,a] M^h[b,c]), (m, d, d, d): two attention layers are the
/// same function exactly when these agree. Source: gated_rnn_attention.md 2.7, eq. (4).
torch::Tensor attention_tensor(const AttentionHeads& heads);

/// The weights of linear attention in one form, wherever they stand, in float64.
struct AttentionWeights {
  torch::Tensor value_map;   ///< (H, dv, d)
  torch::Tensor key_map;     ///< (H, dk, d)
  torch::Tensor query_map;   ///< (H, dk, d)
  torch::Tensor output_map;  ///< (m, H, dv); the identity where the layer has none
  torch::Tensor decay;       ///< λ of every state element, (H, dv, dk)
  double rotation = 0.0;     ///< θ, radians per token
};

AttentionWeights attention_weights(const LinearAttention& layer);
AttentionWeights attention_weights(const LinearAttentionWeights& claimed);
AttentionWeights attention_weights(const LinearAttentionTeacher& teacher);

/// Matrices of one head out of W_O W_V and M, which determine them up to P in W_K → P^{-T} W_K,
/// W_Q → P W_Q: with M = U Σ Wᵀ, W_K = Σ^½ Uᵀ and W_Q = Σ^½ Wᵀ.
AttentionWeights factored(const AttentionHeads& one_head);

AttentionHeads heads_of(const AttentionWeights& weights);

/// [{"value_map": W_O W_V, "query_key": W_Kᵀ W_Q}, …]
Json to_json(const AttentionHeads& heads);

/// The same tensor for a token that is `age` steps old, decay and rotation included:
///     cos(θ age) Σ_{h,v,j} W_O[k,h,v] λ[h,v,j]^age sym_ab(W_V[h,v,a] W_K[h,j,b]) W_Q[h,j,c].
torch::Tensor attention_tensor(const AttentionWeights& weights, int64_t age);

}  // namespace gril
