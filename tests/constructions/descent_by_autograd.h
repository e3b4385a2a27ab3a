#pragma once

#include <torch/types.h>

#include <vector>

#include "gril/constructions/gradient_descent_claim.h"

namespace gril::testing {

/// One step: W -= rate · the gradient of the sum of the losses of these examples.
struct AutogradStep {
  torch::Tensor inputs;   ///< (n, P)
  torch::Tensor targets;  ///< (n, m)
  double rate;
};

/// W_0 of the claim, (m, P), and the steps from it, the gradients by automatic differentiation: no
/// formula of a construction takes part.
torch::Tensor descended_by_autograd(const GradientDescentClaim& claim,
                                    const std::vector<AutogradStep>& steps);

}  // namespace gril::testing
