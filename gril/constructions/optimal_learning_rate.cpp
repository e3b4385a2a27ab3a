#include "gril/constructions/optimal_learning_rate.h"

#include "gril/base/check.h"

namespace gril {
namespace {

/// Moments of A = (1/N) Σ λ^{N-i} x_i x_iᵀ, per dimension, and of the inputs.
struct Moments {
  double variance;  ///< σ²
  double first;     ///< E tr A / d
  double second;    ///< E tr A² / d
};

Moments moments(const RegressionLaw& law) {
  require(law.inputs >= 1 && law.examples >= 1, "learning_rate",
          "inputs and examples must be at least 1; got ", law.inputs, " and ", law.examples, ".");
  require(law.input_range > 0.0 && law.weight_scale > 0.0, "learning_rate",
          "input_range and weight_scale must be positive; got ", law.input_range, " and ",
          law.weight_scale, ".");
  require(law.decay > 0.0 && law.decay <= 1.0, "learning_rate", "decay must lie in (0, 1]; got ",
          law.decay, ".");
  const double r2 = law.input_range * law.input_range;
  const double variance = r2 / 12.0;
  const double fourth_power = variance * variance;
  const double fourth_moment = r2 * r2 / 80.0;
  double sum = 0.0;
  double sum_of_squares = 0.0;
  double weight = 1.0;
  for (int64_t i = 0; i < law.examples; ++i) {
    sum += weight;
    sum_of_squares += weight * weight;
    weight *= law.decay;
  }
  const auto n = static_cast<double>(law.examples);
  const double same = fourth_moment + static_cast<double>(law.inputs - 1) * fourth_power;
  const double pairs = (sum * sum - sum_of_squares) * fourth_power;
  return {variance, sum / n * variance, (pairs + sum_of_squares * same) / (n * n)};
}

}  // namespace

double expected_one_step_loss(const RegressionLaw& law, double learning_rate) {
  const Moments m = moments(law);
  const double null_loss =
      0.5 * static_cast<double>(law.inputs) * m.variance * law.weight_scale * law.weight_scale;
  return null_loss *
         (1.0 - 2.0 * learning_rate * m.first + learning_rate * learning_rate * m.second);
}

double optimal_learning_rate(const RegressionLaw& law) {
  const Moments m = moments(law);
  return m.first / m.second;
}

}  // namespace gril
