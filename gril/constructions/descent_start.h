#pragma once

#include <torch/types.h>

#include <vector>

#include "gril/constructions/example_window.h"
#include "gril/constructions/gradient_descent_claim.h"

namespace gril {

/// W_0 (m, d), float64.
torch::Tensor initial_weights(const GradientDescentClaim& claim);

/// The maps of what W_0 predicts wrongly, y_j - W_0 x_j, per offset of the window: (m, D) each.
std::vector<torch::Tensor> errors_at_start(const GradientDescentClaim& claim,
                                           const ExampleWindow& window);

}  // namespace gril
