#pragma once

#include <torch/types.h>

#include <cstdint>
#include <vector>

#include "gril/analysis/steps/token_stack.h"
#include "gril/tasks/in_context/linear_regression.h"

namespace gril {

/// A chain of n layers j_1 < … < j_n of a stack in which every value and key is read off a token
/// and every query but the first off the layer before: a path that makes a further step of
/// gradient descent (gril.md, 3.2). Its output is the multilinear map
///
///     y_o = Σ_τ Σ_p  O_{p_n}[o]·u'_{τ_n}  K_{p_n}·u'_{τ_n}  w_{p_n p_{n-1}}·u'_{τ_{n-1}}
///           K_{p_{n-1}}·u'_{τ_{n-1}} …  K_{p_1}·u'_{τ_1}  R_{p_1}·u'_t
///
/// of the tokens, p = (head, key) an index of a layer's state columns. The tensor itself, of
/// order 2n + 2, is never made.
struct DescentChain {
  torch::Tensor output;             ///< O, (P_n, m, D + 1)
  std::vector<torch::Tensor> keys;  ///< K of j_n, …, j_1, each (P, D + 1)
  std::vector<torch::Tensor> links;  ///< w of j_n ← j_{n-1}, …, each (P, P of the earlier, D + 1)
  torch::Tensor query;               ///< R, (P_1, D + 1)

  int64_t length() const { return static_cast<int64_t>(keys.size()); }  ///< n
};

/// The chain through these layers (1 … K, ascending). updates_ago: the age of every example, by
/// which decays have shrunk it.
DescentChain descent_chain(const TokenStack& stack, const std::vector<int64_t>& layers,
                           int64_t updates_ago);

/// The chain of gradient descent: (-1)^{n+1} G' A'^{n-1} q, the sign that steps of positive size
/// give it, G' and A' sums over the examples in place of means. `layout` must be windowed or pairs:
/// one token shows an example.
DescentChain ideal_chain(const LinearRegressionOptions& task, int64_t length);

/// Root mean square of the features of u': of any token, and of the last, which asks. A feature
/// that is never excited has 0.
struct TokenScales {
  torch::Tensor context;  ///< (D + 1)
  torch::Tensor query;    ///< (D + 1)
};
TokenScales token_scales(const LinearRegression& task);

/// The chain with every feature measured in units of its scale: entries that no prompt excites
/// drop out, and norms do not depend on the units of x and y.
DescentChain scaled(DescentChain chain, const TokenScales& scales);

/// ⟨T_a, T_b⟩ of two chains of one length, T averaged over swaps of the two places that hold the
/// same token: those that commute are one. Cost: O(n P_a P_b (P_a + P_b) D).
double inner_product(const DescentChain& a, const DescentChain& b);

/// A sum of chains of one length beside the ideal one: their sum is scale · ideal plus what is
/// orthogonal to it.
struct ChainComparison {
  double scale = 0.0;   ///< 0 where all chains are 0
  double cosine = 0.0;  ///< 1: descent with steps of positive size; 0 where all chains are 0
};
ChainComparison compare_chains(const std::vector<DescentChain>& chains, const DescentChain& ideal);

/// Every ascending choice of `length` layers out of 1 … layers.
std::vector<std::vector<int64_t>> layer_choices(int64_t layers, int64_t length);

}  // namespace gril
