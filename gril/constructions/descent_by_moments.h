#pragma once

#include <span>

#include "gril/constructions/gradient_descent_claim.h"
#include "gril/constructions/sized_numbers.h"

namespace gril {

/// All steps of descent on the squared loss, or one on the cross-entropy, taken anew from W_0 after
/// every example. Plain loops in long double.
///
/// With p_j what W_0 predicts, E_i = Σ_{j≤i} λ^{i-j} (y_j - p_j) x_jᵀ = -c_i ∇L_i(W_0): the first
/// step is (η_1/c_i) E_i. The squared loss is quadratic, so with A_i = Σ_{j≤i} λ^{i-j} x_j x_jᵀ its
/// gradient at any W is (1/c_i) ((W - W_0) A_i - E_i), and no earlier example is looked at again.
class DescentByMoments {
 public:
  explicit DescentByMoments(const GradientDescentClaim& claim);

  /// Adds an example, earlier ones lose weight, and descends. input: φ(x) (P), target: y (m).
  void add(const SizedNumbers& input, std::span<const double> target);
  /// W_K x, (m).
  SizedNumbers predict(const SizedNumbers& input) const;

 private:
  void add_to_divisor(const SizedNumbers& input);
  void take_step(int64_t step);

  const GradientDescentClaim& claim_;
  long double divisor_;  // c_i; where it is a sum, of positive numbers: its size is its value
  SizedNumbers start_;
  SizedNumbers errors_;
  SizedNumbers moments_;
  SizedNumbers change_;
};

}  // namespace gril
