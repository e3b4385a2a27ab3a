#include "gril/constructions/optimal_learning_rate.h"

#include <ATen/ATen.h>

#include <cmath>

#include "gril/base/check.h"

namespace gril {
namespace {

void check(const RegressionLaw& law) {
  require(law.inputs >= 1 && law.examples >= 1, "learning_rate",
          "inputs and examples must be at least 1; got ", law.inputs, " and ", law.examples, ".");
  require(law.input_range > 0.0 && law.weight_scale > 0.0, "learning_rate",
          "input_range and weight_scale must be positive; got ", law.input_range, " and ",
          law.weight_scale, ".");
  require(law.decay > 0.0 && law.decay <= 1.0, "learning_rate", "decay must lie in (0, 1]; got ",
          law.decay, ".");
  require(law.noise_variance >= 0.0, "learning_rate", "noise_variance must be at least 0; got ",
          law.noise_variance, ".");
  require(std::abs(law.input_correlation) < 1.0, "learning_rate",
          "input_correlation must be above -1 and below 1; got ", law.input_correlation, ".");
}

/// L of x = L u: x_1 = u_1, x_j = ρ x_{j-1} + √(1 - ρ²) u_j. (d, d), float64.
at::Tensor autoregression(int64_t inputs, double correlation) {
  const at::Tensor factor = at::zeros({inputs, inputs}, at::kDouble);
  const double share = std::sqrt(1.0 - correlation * correlation);
  for (int64_t j = 0; j < inputs; ++j) {
    if (j > 0) factor[j].copy_(correlation * factor[j - 1]);
    factor[j][j].fill_(j == 0 ? 1.0 : share);
  }
  return factor;
}

/// Traces of the inputs' moments at σ² = 1.
struct InputTraces {
  double square;  ///< tr Σ²
  double cube;    ///< tr Σ³
  double fourth;  ///< F
};

InputTraces input_traces(const RegressionLaw& law) {
  const at::Tensor factor = autoregression(law.inputs, law.input_correlation);
  const at::Tensor covariance = factor.matmul(factor.t());
  const at::Tensor p = factor.t().matmul(factor);
  const at::Tensor q = factor.t().matmul(covariance).matmul(factor);
  const auto trace = [](const at::Tensor& matrix) { return matrix.trace().item<double>(); };
  constexpr double kUniformExcess = 9.0 / 5.0 - 3.0;
  const double diagonals = p.diagonal().dot(q.diagonal()).item<double>();
  const at::Tensor square = covariance.matmul(covariance);
  return {trace(square), trace(square.matmul(covariance)),
          trace(p) * trace(q) + 2.0 * trace(p.matmul(q)) + kUniformExcess * diagonals};
}

/// L(η) = ½ (a - 2 b η + c η²).
struct Parabola {
  double a;
  double b;
  double c;
};

Parabola loss_parabola(const RegressionLaw& law) {
  check(law);
  double sum = 0.0;
  double sum_of_squares = 0.0;
  double weight = 1.0;
  for (int64_t i = 0; i < law.examples; ++i) {
    sum += weight;
    sum_of_squares += weight * weight;
    weight *= law.decay;
  }
  const auto n = static_cast<double>(law.examples);
  const double variance = law.input_range * law.input_range / 12.0;
  const double maps = law.weight_scale * law.weight_scale;
  const InputTraces traces = input_traces(law);
  const double square = variance * variance * traces.square;
  const double third_order =
      variance * variance * variance *
      ((sum * sum - sum_of_squares) * traces.cube + sum_of_squares * traces.fourth);
  return {maps * static_cast<double>(law.inputs) * variance + law.noise_variance,
          maps * sum / n * square,
          (maps * third_order + law.noise_variance * sum_of_squares * square) / (n * n)};
}

}  // namespace

double expected_one_step_loss(const RegressionLaw& law, double learning_rate) {
  const Parabola loss = loss_parabola(law);
  return 0.5 * (loss.a - 2.0 * loss.b * learning_rate + loss.c * learning_rate * learning_rate);
}

double optimal_learning_rate(const RegressionLaw& law) {
  const Parabola loss = loss_parabola(law);
  return loss.b / loss.c;
}

}  // namespace gril
