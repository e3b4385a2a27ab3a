#pragma once

#include <torch/types.h>

#include <cstdint>

#include "gril/analysis/decompiler/state_forms.h"
#include "gril/base/json.h"

namespace gril {

/// The polynomial that a gated linear RNN computes when its neurons either keep or forget. Source:
/// arXiv 2309.01775; gated_rnn_attention.md 2.7, eq. (5). D = d+1, the last index is that of the
/// appended 1 ("const"); S_t = Σ_{s≤t} γ^{t-s} xa_s xa_sᵀ, P_t = xa_t xa_tᵀ:
///
///     y_{t,k} = ⟨KK_k, S ⊗ S⟩ + ⟨KQ_k, S ⊗ P⟩ + ⟨QQ_k, P ⊗ P⟩
///     KK_k = Σ_{m,n memory} B_k[m,n] A_m ⊗ A_n
///     KQ_k = 2 Σ_{m memory, n forget} B_k[m,n] A_m ⊗ A_n
///     QQ_k = Σ_{m,n forget} B_k[m,n] A_m ⊗ A_n
///
/// Neurons with λ > 0.5 count as memory, with one γ for all, the others as forgetting, with λ = 0:
/// the formula is exact when that is so (see polarised_outputs).
struct PolynomialKernels {
  torch::Tensor memory_memory;  ///< KK, (outputs, D, D, D, D)
  torch::Tensor memory_query;   ///< KQ, (outputs, D, D, D, D), the remembered pair first
  torch::Tensor query_query;    ///< QQ, averaged over all 24 orders of its indices: P ⊗ P sees no
                                ///< other part
};

/// errors  InvalidArgument "[polynomial_kernels] …" above 2·10⁷ coefficients per kernel
/// cost    outputs·n²·D² + outputs·n·D⁴ multiply-adds
PolynomialKernels polynomial_kernels(const StateForms& forms);

/// The answer to one token from the zero state, y_k = ⟨Z_k, P ⊗ P⟩ with Z averaged over all orders
/// of its indices, (outputs, D, D, D, D): exact for any λ. Errors and cost as above.
torch::Tensor one_token_kernel(const StateForms& forms);

/// The kernels without what a counted output never sees: entries of the current token (the second
/// pair of KQ, every index of QQ) whose feature is always 0 there. read_features (D): ones and
/// zeros.
PolynomialKernels visible_kernels(PolynomialKernels kernels, const torch::Tensor& read_features);

/// What linear attention can be made of: T_k[a,b,c] = 2 KQ_k[a,b,c,const] for a, b, c < d, the
/// weight of x_s[a] x_s[b] x_t[c]; (outputs, d, d, d), symmetric in a and b. The factor 2 counts
/// x_t[c]·1 and 1·x_t[c].
torch::Tensor trilinear_tensor(const PolynomialKernels& kernels);

/// The kernels of linear attention alone: trilinear_tensor gives T back, all other parts are 0.
/// tensor   T, (outputs, d, d, d), symmetric in a and b
PolynomialKernels attention_kernels(const torch::Tensor& tensor);

/// T for a token that is `age` steps old, with every memory neuron's own λ_n^age as its weight.
/// Age 0 equals trilinear_tensor. Needs no kernel, so any width is possible.
/// Cost: outputs·n·d²·(n + d) multiply-adds.
torch::Tensor trilinear_tensor(const StateForms& forms, int64_t age);

/// Frobenius norms of the trilinear tensor and of everything that linear attention does not have.
struct KernelNorms {
  double trilinear = 0.0;  ///< |T|
  double other_memory_query =
      0.0;                     ///< rest of KQ: a 1 in the remembered pair, x_t in degree 0 or 2
  double memory_memory = 0.0;  ///< KK
  double query_query = 0.0;    ///< QQ

  /// The largest of the three others over |T|; infinite where T is 0.
  double relative_rest() const;
};
KernelNorms kernel_norms(const PolynomialKernels& kernels);

/// {"trilinear", "other_memory_query", "memory_memory", "query_query"}
Json to_json(const KernelNorms& norms);

/// The outputs (B, T, outputs) of the network with every λ > 0.5 replaced by γ and the others by 0,
/// for tokens (B, T, d): what the kernels describe.
torch::Tensor polarised_outputs(const StateForms& forms, double memory_eigenvalue,
                                const torch::Tensor& tokens);

}  // namespace gril
