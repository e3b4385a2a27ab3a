#pragma once

#include <torch/types.h>

#include <cstdint>

#include "gril/analysis/decompiler/gated_rnn_weights.h"

namespace gril {

/// A gated linear RNN as quadratic forms: what its weights mean, free of the order of factors, of
/// scales inside a gate and of the number and order of gates. Source: arXiv 2309.01775;
/// gated_rnn_attention.md 2.7. xa_t = (x_t ; 1), D = d+1:
///
///     h_n(t) = Σ_{s≤t} λ_n^{t-s} xa_sᵀ A_n xa_s      A_n = sym(input_gate_n ⊗ input_map_n)
///     y_k(t) = h(t)ᵀ B_k h(t)                        B_k = sym(Σ_g D[k,g] output_gate_g ⊗
///                                                                         output_map_g)
///
/// A side gate reads xa_t itself. That is the same as D further neurons with λ = 0 that hold
/// xa_t[c] · 1: they follow the layer's own, so that one form serves both kinds of gate.
struct StateForms {
  torch::Tensor input_gate;    ///< first factors of A, (n, D)
  torch::Tensor input_map;     ///< second factors of A, (n, D)
  torch::Tensor output_forms;  ///< B, (outputs, n, n), symmetric
  torch::Tensor eigenvalues;   ///< λ, (n)
  int64_t neurons = 0;         ///< the layer's own: the first of the n
};

StateForms state_forms(const GatedRnnWeights& weights);

/// A, (n, D, D), symmetric.
torch::Tensor input_forms(const StateForms& forms);

/// x_t with a 1 appended. tokens (B, T, d) or (T, d), float64.
torch::Tensor augmented_tokens(const torch::Tensor& tokens);

/// h(t) from the zero state, (B, T, n). tokens (B, T, d), float64.
/// Cost: B·T·n·(2D + 1) multiply-adds, T steps.
torch::Tensor states_of(const StateForms& forms, const torch::Tensor& tokens);

/// y out of states (…, n): (…, outputs). Cost: n² multiply-adds per state and output.
torch::Tensor outputs_of(const StateForms& forms, const torch::Tensor& states);

/// The average of a tensor and itself with two axes exchanged.
torch::Tensor symmetrised(const torch::Tensor& tensor, int64_t axis, int64_t other_axis);

}  // namespace gril
