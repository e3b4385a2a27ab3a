#pragma once

#include <cstdint>

namespace gril {

/// The law of in-context linear regression: coordinates of x_i and x_q independent
/// Uniform(-r/2, r/2), y = w·x with w ~ N(0, s² I), and the weight λ^{N-i} of example i.
struct RegressionLaw {
  int64_t inputs = 1;         ///< d
  int64_t examples = 1;       ///< N
  double input_range = 1.0;   ///< r
  double weight_scale = 1.0;  ///< s
  double decay = 1.0;         ///< λ in (0, 1]
};

/// Expected loss ½ E (ŷ - y)² at the query after one step of gradient descent from W0 = 0 on
/// 1/(2N) Σ_i λ^{N-i} (w x_i - y_i)². With σ² = r²/12, κ = r⁴/80, c1 = Σ λ^{N-i}, c2 = Σ
/// λ^{2(N-i)}:
///
///     L(η) = ½ d σ² s² (1 - 2η σ² c1/N + η² m),
///     m = [(c1² - c2) σ⁴ + c2 (κ + (d-1) σ⁴)] / N²
///
/// because ŷ = η wᵀ A x_q with A = (1/N) Σ λ^{N-i} x_i x_iᵀ, and E tr A, E tr A² are these sums.
/// Errors: InvalidArgument "[learning_rate] …" for sizes or ranges outside the law.
double expected_one_step_loss(const RegressionLaw& law, double learning_rate);

/// The η that minimises it: η* = (c1/N) σ² / m. The same for every W0, whose error W - W0 is met by
/// the same average of (I - ηA)².
double optimal_learning_rate(const RegressionLaw& law);

}  // namespace gril
