#pragma once

#include "gril/constructions/claimed_algorithm.h"
#include "gril/constructions/linear_attention_claim.h"

namespace gril {

/// The explicit algorithm of LinearAttentionWeights: the sum over all earlier tokens, formed anew
/// for every token, in long double.
///
/// Tasks of a claim in a limit: 20 tokens by default, normal or uniform numbers; a limit holds for
/// tokens of size 1, while an exact claim meets all five scales of TrialNumbers.
///
/// Magnitudes, of an exact claim. The variants basic and symmetric, side-gated or not, compute with
/// the entries of the matrices, or sums of their products: the sum over absolute values bounds
/// every path. Low rank and inversion compute in rotated coordinates, so the product of the
/// (Frobenius) norms of the matrices and tokens bounds theirs, for inversion times the condition
/// number of W_V.
class LinearAttentionAlgorithm : public ClaimedAlgorithm {
 public:
  explicit LinearAttentionAlgorithm(LinearAttentionClaim claim);

  int64_t width() const override { return claim_.attention.width; }
  int64_t outputs() const override { return claim_.attention.outputs; }
  int64_t default_length() const override;
  std::string sentence() const override { return gril::sentence(claim_); }
  ClaimTrial draw(int64_t length, uint64_t seed, int64_t index) const override;

 private:
  bool in_a_limit() const;
  double roundings(int64_t length) const;

  LinearAttentionClaim claim_;
  double norm_factor_ = 0.0;  ///< product of norms, summed over heads; 0: absolute values bound
};

}  // namespace gril
