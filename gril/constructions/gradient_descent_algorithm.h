#pragma once

#include "gril/constructions/claimed_algorithm.h"
#include "gril/constructions/gradient_descent_claim.h"

namespace gril {

/// The explicit algorithm of gradient_descent_claim.h in long double. Routes that speak after every
/// example take all steps anew from W_0 each time (descent_by_moments.h); the others, and one step
/// on the cross-entropy, add up the gradients of the examples (descent_by_examples.h).
class GradientDescentAlgorithm : public ClaimedAlgorithm {
 public:
  /// Errors: InvalidArgument, see check(claim).
  explicit GradientDescentAlgorithm(GradientDescentClaim claim);

  int64_t width() const override;
  int64_t outputs() const override { return claim_.outputs; }
  int64_t default_length() const override { return claim_.examples; }
  std::string sentence() const override { return gril::sentence(claim_); }
  /// Targets are y_i = W x_i plus a tenth of that scale in noise, W normal; cross-entropy: one-hot
  /// at the largest of them. Claims with features are tried on inputs that are neither tiny nor
  /// equal.
  ClaimTrial draw(int64_t length, uint64_t seed, int64_t index) const override;

 private:
  GradientDescentClaim claim_;
};

}  // namespace gril
