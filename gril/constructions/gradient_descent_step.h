#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gril/base/json.h"
#include "gril/base/token_layout.h"

namespace gril {

/// One step of gradient descent in context, as a claim that a model can make.
///
/// Loss of the first i of N examples, seen from the weights W0:
///     L_i(W) = 1/(2N) Σ_{j≤i} λ^{i-j} |W x_j - y_j|²
/// Prediction for the next query x after i examples, i = 1 … N:
///     ŷ_i = W0 x + (η/N) Σ_{j≤i} λ^{i-j} (y_j - W0 x_j) (x_jᵀ x)  =  (W0 - η ∇L_i(W0)) x
/// At i = N this is one step of size η; before, the same step on the shorter context.
struct GradientDescentStep {
  TokenLayout layout = TokenLayout::kWindowed;
  int64_t inputs = 10;                       ///< d
  int64_t outputs = 1;                       ///< m
  int64_t examples = 10;                     ///< N
  double learning_rate = 1.0;                ///< η, finite
  double decay = 1.0;                        ///< λ in (0, 1]
  std::vector<double> initial_weights = {};  ///< W0 (m, d), row-major; empty stands for zero

  bool starts_from_zero() const { return initial_weights.empty(); }
};

/// Errors: InvalidArgument "[gradient_descent] …" for sizes outside the layout, a learning rate
/// that is not finite, a decay outside (0, 1], W0 of the wrong size, or W0 with constructed tokens:
/// they show only the products x·y, so W0 x_1 cannot be computed.
void check(const GradientDescentStep& step);

/// The claim in words.
std::string sentence(const GradientDescentStep& step);

/// The claim as it is stored in a model, and back.
/// Errors: InvalidArgument for missing or unknown keys and values outside their range.
Json to_json(const GradientDescentStep& step, double tolerance);
GradientDescentStep read_gradient_descent_step(const Json& claim, const std::string& where);

}  // namespace gril
