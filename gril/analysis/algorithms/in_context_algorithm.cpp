#include "gril/analysis/algorithms/in_context_algorithm.h"

#include <ATen/ATen.h>

#include <cmath>

#include "gril/analysis/algorithms/parameter_search.h"
#include "gril/base/check.h"

namespace gril {

std::string algorithm_name(const InContextAlgorithm& algorithm) {
  if (algorithm.steps == 0) return "ridge regression";
  return concatenate("gradient descent, ", algorithm.steps,
                     algorithm.steps == 1 ? " step" : " steps");
}

torch::Tensor algorithm_filter(const InContextAlgorithm& algorithm,
                               const torch::Tensor& eigenvalues) {
  if (algorithm.steps == 0) return 1.0 / (eigenvalues + algorithm.parameter);
  // The sum, not (1 - (1 - ησ)^k)/σ, which loses its digits where σ is small.
  const torch::Tensor rest = 1.0 - algorithm.parameter * eigenvalues;
  torch::Tensor power = at::ones_like(eigenvalues);
  torch::Tensor sum = at::zeros_like(eigenvalues);
  for (int64_t step = 0; step < algorithm.steps; ++step) {
    sum = sum + power;
    power = power * rest;
  }
  return algorithm.parameter * sum;
}

double algorithm_loss(const InContextAlgorithm& algorithm, const ContextSpectrum& spectrum,
                      const torch::Tensor& targets) {
  const torch::Tensor filter = algorithm_filter(algorithm, spectrum.eigenvalues);
  return 0.5 * (filtered_predictions(spectrum, filter) - targets).square().mean().item<double>();
}

InContextAlgorithm tuned(int64_t steps, const ContextSpectrum& spectrum,
                         const torch::Tensor& targets) {
  // A learning rate is measured in 1/σ and lies near it; a penalty in σ, and may be far smaller.
  const double scale = spectrum.eigenvalues.mean().item<double>();
  const ParameterRange range = steps > 0 ? ParameterRange{.low = 1e-3 / scale, .high = 10.0 / scale}
                                         : ParameterRange{.low = std::pow(10.0, -3.5) * scale,
                                                          .high = std::sqrt(10.0) * scale};
  const auto loss = [&](double parameter) {
    return algorithm_loss({steps, parameter}, spectrum, targets);
  };
  return {steps, parameter_of_least_loss(loss, range)};
}

std::vector<InContextAlgorithm> tuned_algorithms(const ContextSpectrum& spectrum,
                                                 const torch::Tensor& targets) {
  constexpr int64_t kMostSteps = 5;
  std::vector<InContextAlgorithm> algorithms;
  for (int64_t steps = 1; steps <= kMostSteps; ++steps) {
    algorithms.push_back(tuned(steps, spectrum, targets));
  }
  algorithms.push_back(tuned(0, spectrum, targets));
  return algorithms;
}

}  // namespace gril
