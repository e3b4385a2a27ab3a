#pragma once

#include "gril/constructions/claimed_algorithm.h"
#include "gril/constructions/gradient_descent_step.h"

namespace gril {

/// The explicit algorithm of gradient_descent_step.h: after every example the gradient is formed
/// from its definition, in long double.
class GradientDescentAlgorithm : public ClaimedAlgorithm {
 public:
  /// Errors: InvalidArgument, see check(step).
  explicit GradientDescentAlgorithm(GradientDescentStep step);

  int64_t width() const override;
  int64_t outputs() const override { return step_.outputs; }
  int64_t default_length() const override { return step_.examples; }
  std::string sentence() const override { return gril::sentence(step_); }
  /// Targets are y_i = W x_i plus a tenth of that scale in noise, W normal.
  ClaimTrial draw(int64_t length, uint64_t seed, int64_t index) const override;

 private:
  GradientDescentStep step_;
};

}  // namespace gril
