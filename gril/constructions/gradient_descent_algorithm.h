#pragma once

#include "gril/constructions/claimed_algorithm.h"
#include "gril/constructions/gradient_descent_claim.h"

namespace gril {

/// The explicit algorithm of gradient_descent_claim.h: after every example all steps are taken anew
/// from W_0, in long double.
class GradientDescentAlgorithm : public ClaimedAlgorithm {
 public:
  /// Errors: InvalidArgument, see check(claim).
  explicit GradientDescentAlgorithm(GradientDescentClaim claim);

  int64_t width() const override;
  int64_t outputs() const override { return claim_.outputs; }
  int64_t default_length() const override { return claim_.examples; }
  std::string sentence() const override { return gril::sentence(claim_); }
  /// Targets are y_i = W x_i plus a tenth of that scale in noise, W normal.
  ClaimTrial draw(int64_t length, uint64_t seed, int64_t index) const override;

 private:
  GradientDescentClaim claim_;
};

}  // namespace gril
