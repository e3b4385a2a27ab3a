#pragma once

#include <span>

#include "gril/constructions/gradient_descent_claim.h"
#include "gril/constructions/sized_numbers.h"

namespace gril {

/// Descent on either loss by its definition: a step keeps the weights it begins with and adds up
/// the gradients of the examples it is shown. Plain loops in long double.
class DescentByExamples {
 public:
  /// Starts at W_0, inside a step of rate 0.
  explicit DescentByExamples(const GradientDescentClaim& claim);

  /// Where the last step has come to is where this one begins.
  void begin_step(long double rate);
  /// W += rate (y - p(W_begin x)) xᵀ; what the step has added so far is multiplied by λ first.
  /// input: φ(x) (P), target: y (m).
  void add(const SizedNumbers& input, std::span<const double> target);
  /// W x for the weights that the step has come to, (m).
  SizedNumbers predict(const SizedNumbers& input) const;

 private:
  const GradientDescentClaim& claim_;
  SizedNumbers begin_;
  SizedNumbers change_;
  long double rate_ = 0;
};

/// W_0 (m, P).
SizedNumbers weights_at_start(const GradientDescentClaim& claim);

/// y - p: what the weights predict wrongly for one example; p is W x or its softmax.
SizedNumbers prediction_error(DescentLoss loss, const SizedNumbers& weights,
                              const SizedNumbers& input, std::span<const double> target);

}  // namespace gril
