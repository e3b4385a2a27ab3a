#pragma once

#include <span>

#include "gril/constructions/gradient_descent_claim.h"
#include "gril/constructions/sized_numbers.h"

namespace gril {

/// All steps of descent on the squared loss, taken anew from W_0 after every example. Plain loops
/// in long double.
///
/// With E_i = Σ_{j≤i} λ^{i-j} (y_j - W_0 x_j) x_jᵀ = -N ∇L_i(W_0) the first step is (η_1/N) E_i.
/// The loss is quadratic, so with A_i = Σ_{j≤i} λ^{i-j} x_j x_jᵀ its gradient at any W is (1/N) ((W
/// - W_0) A_i - E_i), and no earlier example is looked at again.
class DescentByMoments {
 public:
  explicit DescentByMoments(const GradientDescentClaim& claim);

  /// Adds an example, earlier ones lose weight, and descends. input: φ(x) (P), target: y (m).
  void add(const SizedNumbers& input, std::span<const double> target);
  /// W_K x, (m).
  SizedNumbers predict(const SizedNumbers& input) const;

 private:
  void take_step(int64_t step);

  const GradientDescentClaim& claim_;
  SizedNumbers start_;
  SizedNumbers errors_;
  SizedNumbers moments_;
  SizedNumbers change_;
};

}  // namespace gril
