#include "gril/analysis/steps/descent_polynomial.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "gril/analysis/gradient_descent_baseline.h"

namespace gril {

DescentPolynomial descent_polynomial(const std::vector<double>& step_sizes) {
  // 1 - Σ c_n σⁿ = Π (1 - η_k σ), one factor after the other.
  std::vector<double> product = {1.0};
  for (const double size : step_sizes) {
    product.push_back(0.0);
    for (std::size_t n = product.size() - 1; n > 0; --n) product[n] -= size * product[n - 1];
  }
  DescentPolynomial polynomial;
  for (std::size_t n = 1; n < product.size(); ++n) polynomial.coefficients.push_back(-product[n]);
  return polynomial;
}

std::vector<std::complex<double>> step_sizes(const DescentPolynomial& polynomial) {
  const int64_t steps = polynomial.steps();
  const auto finite = [](double coefficient) { return std::isfinite(coefficient); };
  if (!std::all_of(polynomial.coefficients.begin(), polynomial.coefficients.end(), finite)) {
    const double none = std::numeric_limits<double>::quiet_NaN();
    return std::vector<std::complex<double>>(static_cast<std::size_t>(steps), {none, none});
  }
  // With σ = 1/η the roots are the η_k: those of η^K - c_1 η^{K-1} - … - c_K.
  at::Tensor companion = at::zeros({steps, steps}, at::kDouble);
  companion[0] = at::tensor(polynomial.coefficients, at::kDouble);
  companion.diagonal(-1).fill_(1.0);
  const at::Tensor roots = at::linalg_eigvals(companion).contiguous();
  const auto* data = roots.data_ptr<c10::complex<double>>();
  std::vector<std::complex<double>> sizes(data, data + steps);
  std::sort(sizes.begin(), sizes.end(), [](const auto& a, const auto& b) {
    return a.real() != b.real() ? a.real() < b.real() : a.imag() < b.imag();
  });
  return sizes;
}

Json step_sizes_json(const DescentPolynomial& polynomial) {
  constexpr double kRounding = 1e-6;
  Json sizes = Json::array();
  bool complex = false;
  for (const std::complex<double>& size : step_sizes(polynomial)) {
    sizes.push_back({{"real", size.real()}, {"imaginary", size.imag()}});
    complex = complex || std::abs(size.imag()) > kRounding * std::abs(size);
  }
  return {{"coefficients", polynomial.coefficients}, {"step_sizes", sizes}, {"complex", complex}};
}

DescentPolynomial rescaled(const DescentPolynomial& polynomial, double factor) {
  DescentPolynomial result = polynomial;
  double power = 1.0;
  for (double& coefficient : result.coefficients) coefficient *= (power *= factor);
  return result;
}

torch::Tensor descent_powers(const Prompts& prompts, int64_t steps) {
  const torch::Tensor& inputs = prompts.context_inputs;
  const torch::Tensor hessian =
      at::bmm(inputs.transpose(1, 2), inputs) / static_cast<double>(inputs.size(1));
  std::vector<torch::Tensor> powers = {unit_step_weights(prompts)};
  while (static_cast<int64_t>(powers.size()) < steps) {
    powers.push_back(at::bmm(powers.back(), hessian));
  }
  return at::stack(powers, 1);
}

torch::Tensor descent_weights(const Prompts& prompts, const DescentPolynomial& polynomial) {
  const torch::Tensor powers = descent_powers(prompts, polynomial.steps());
  return (powers * at::tensor(polynomial.coefficients, at::kDouble).view({1, -1, 1, 1})).sum(1);
}

torch::Tensor descent_predictions(const Prompts& prompts, const DescentPolynomial& polynomial) {
  return at::bmm(descent_weights(prompts, polynomial), prompts.query_inputs.unsqueeze(2))
      .squeeze(2);
}

}  // namespace gril
