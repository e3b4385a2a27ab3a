#pragma once

#include <torch/types.h>

#include <complex>
#include <cstdint>
#include <vector>

#include "gril/base/json.h"
#include "gril/tasks/in_context/in_context_task.h"

namespace gril {

/// K steps of gradient descent from W_0 = 0 on L(W) = 1/(2N) Σ_i |W x_i - y_i|², as a polynomial.
/// With G = (1/N) Σ_i y_i x_iᵀ and A = (1/N) Σ_i x_i x_iᵀ,
///
///     W_K = Σ_{n=1…K} c_n G A^{n-1},     1 - Σ_n c_n σⁿ = Π_k (1 - η_k σ)
///
/// so the c_n are, up to sign, the elementary symmetric sums of the step sizes, and the step sizes
/// are known from them up to their order: from W_0 = 0 the order changes nothing.
/// Source: gril.md, section 3.2 with W_0 = 0.
struct DescentPolynomial {
  std::vector<double> coefficients;  ///< c_1 … c_K; {η} is one step

  int64_t steps() const { return static_cast<int64_t>(coefficients.size()); }  ///< K
};

/// The polynomial of steps η_1 … η_K.
DescentPolynomial descent_polynomial(const std::vector<double>& step_sizes);

/// η_1 … η_K by ascending real part. Pairs of complex numbers are possible: then no real steps give
/// this polynomial. All NaN where a coefficient is not finite.
std::vector<std::complex<double>> step_sizes(const DescentPolynomial& polynomial);

/// {"coefficients", "step_sizes": list of {"real", "imaginary"}, "complex"}; complex where an
/// imaginary part is above 1e-6 of its number.
Json step_sizes_json(const DescentPolynomial& polynomial);

/// The same steps with sizes factor · η_k.
DescentPolynomial rescaled(const DescentPolynomial& polynomial, double factor);

/// G A^{n-1} for n = 1 … steps, (B, steps, m, d). Cost: `steps` products with A per prompt.
torch::Tensor descent_powers(const Prompts& prompts, int64_t steps);

/// W_K, (B, m, d); also the sensitivity ∂ŷ_q/∂x_q.
torch::Tensor descent_weights(const Prompts& prompts, const DescentPolynomial& polynomial);

/// W_K x_q, (B, m).
torch::Tensor descent_predictions(const Prompts& prompts, const DescentPolynomial& polynomial);

}  // namespace gril
