#pragma once

#include <torch/types.h>

#include <vector>

#include "gril/constructions/example_window.h"
#include "gril/constructions/gradient_descent_claim.h"

namespace gril {

/// W_0 (m, P), float64; P = d without features.
torch::Tensor initial_weights(const GradientDescentClaim& claim);

/// The maps of what W_0 predicts wrongly, y_j - W_0 x_j, per offset of the window: (m, D) each.
std::vector<torch::Tensor> errors_at_start(const GradientDescentClaim& claim,
                                           const ExampleWindow& window);

}  // namespace gril
