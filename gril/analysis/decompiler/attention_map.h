#pragma once

#include <torch/types.h>

#include "gril/analysis/decompiler/state_forms.h"
#include "gril/base/json.h"

namespace gril {

/// What every token of a sequence contributes to every output. Only products of a memory and a
/// forgetting neuron are attention; for these the output is a sum over the tokens so far,
///     y_t = Σ_{s≤t} c[t,s] + r_t,     c[t,s]_k = 2 Σ_{m memory, n forgets} B_k[m,n] λ_m^{t-s}
///                                                (xa_sᵀ A_m xa_s) h_n(t),
/// with r_t the products of two memory and of two forgetting neurons. Every λ is the network's own.
struct AttentionMap {
  torch::Tensor norms;  ///< |c[t,s]|, (T, T); 0 above the diagonal
  /// ⟨c[t,s], y_t⟩ / |y_t|², (T, T): a row sums to 1 where r_t = 0. 0 where y_t is.
  torch::Tensor shares;
  torch::Tensor remainder;  ///< |r_t| / |y_t|, (T): what is no attention; 0 where y_t is
};

/// tokens  one sequence (T, d), float64, T at most 256
/// errors  InvalidArgument "[attention_map] …" for a longer sequence or another width
/// cost    T²·outputs·n multiply-adds
AttentionMap attention_map(const StateForms& forms, const torch::Tensor& tokens);

/// {"norms", "shares", "remainder"}
Json to_json(const AttentionMap& map);

}  // namespace gril
