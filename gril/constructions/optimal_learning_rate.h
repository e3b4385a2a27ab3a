#pragma once

#include <cstdint>

namespace gril {

/// The law of in-context linear regression (tasks/in_context/linear_regression.h): coordinates of
/// x_i and x_q Uniform(-r/2, r/2), or an autoregression of such numbers with covariance
/// Σ = r²/12 · ρ^|i-j|; y = w·x + noise with w ~ N(0, s² I); the weight λ^{N-i} of example i.
struct RegressionLaw {
  int64_t inputs = 1;              ///< d
  int64_t examples = 1;            ///< N
  double input_range = 1.0;        ///< r
  double weight_scale = 1.0;       ///< s
  double decay = 1.0;              ///< λ in (0, 1]
  double noise_variance = 0.0;     ///< v, of the noise on every label; at least 0
  double input_correlation = 0.0;  ///< ρ, above -1 and below 1
};

/// Expected loss ½ E (ŷ - y)² at the query after one step of gradient descent from W0 = 0 on
/// 1/(2N) Σ_i λ^{N-i} (w x_i - y_i)². With c1 = Σ λ^{N-i} and c2 = Σ λ^{2(N-i)}:
///
///     L(η) = ½ s² [tr Σ - 2η c1/N tr Σ² + η² ((c1² - c2) tr Σ³ + c2 F) / N²]
///            + ½ v [1 + η² c2/N² tr Σ²],          F = E |x|² xᵀΣx
///
/// because ŷ = η (wᵀ A + nᵀ) x_q with A = (1/N) Σ λ^{N-i} x_i x_iᵀ and n = (1/N) Σ λ^{N-i} ε_i x_i.
/// With σ² = r²/12, Σ = σ² L Lᵀ, P = LᵀL, Q = Lᵀ Σ L, and the fourth moment 9/5 σ⁴ of a uniform
/// number, F = σ⁴ [tr P tr Q + 2 tr PQ - 6/5 Σ_i P_ii Q_ii]. Where ρ = 0, with κ = r⁴/80,
///
///     L(η) = ½ d σ² s² (1 - 2η σ² c1/N + η² m) + …,  m = [(c1² - c2) σ⁴ + c2 (κ + (d-1) σ⁴)] / N²
///
/// Cost: d³. Errors: InvalidArgument "[learning_rate] …" for sizes or ranges outside the law.
double expected_one_step_loss(const RegressionLaw& law, double learning_rate);

/// The η that minimises it. Without noise, the same for every W0, whose error W - W0 is met by
/// the same average of (I - ηA)².
double optimal_learning_rate(const RegressionLaw& law);

}  // namespace gril
