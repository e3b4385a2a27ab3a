#pragma once

#include <torch/types.h>

#include <cstdint>
#include <vector>

namespace gril {

/// Σ_i (first_i ⊗ second_i) ⊗ column_i: products of two vectors and what each contributes to.
/// Neurons of one eigenvalue are such a sum (their columns are those of the output gate), and so
/// are the products of an output gate (their columns are those of the readout).
struct ProductSum {
  torch::Tensor first;    ///< (n, p)
  torch::Tensor second;   ///< (n, q)
  torch::Tensor columns;  ///< (n, r)
  bool symmetric = true;  ///< both factors read the same vector: a ⊗ b counts as b ⊗ a, and p = q
};

/// A sum with fewer terms and where they come from.
struct ReducedSum {
  ProductSum sum;
  std::vector<int64_t> kept;  ///< which terms of the larger sum are left, ascending
};

/// The same sum with fewer terms, up to rounding. Source: gated_rnn_attention.md 2.8, item 6.
///
/// 1. A term whose product is a combination of the others' is folded into their columns.
/// 2. Of two terms with parallel columns, one is folded into the other when the sum of their
/// products
///    is again a single product: at most one positive and one negative eigenvalue.
/// What counts as a combination, parallel or an eigenvalue of 0 lies within 1e-12 of the whole.
///
/// cost  n·p·q numbers and n²·p·q multiply-adds; step 1 is left out above 2·10⁷ numbers
ReducedSum reduced_sum(const ProductSum& sum);

}  // namespace gril
