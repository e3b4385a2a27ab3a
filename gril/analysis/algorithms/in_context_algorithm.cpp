#include "gril/analysis/algorithms/in_context_algorithm.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "gril/base/check.h"

namespace gril {
namespace {

/// The place of a minimum of `loss` between `low` and `high`, to a relative width of 1e-9.
template <typename Loss>
double golden_section(const Loss& loss, double low, double high) {
  const double ratio = 0.5 * (std::sqrt(5.0) - 1.0);
  double left = high - ratio * (high - low);
  double right = low + ratio * (high - low);
  double left_loss = loss(left);
  double right_loss = loss(right);
  while (high - low > 1e-9 * std::max(1.0, std::abs(high))) {
    const bool keep_left = left_loss < right_loss;
    (keep_left ? high : low) = keep_left ? right : left;
    if (keep_left) {
      right = left;
      right_loss = left_loss;
      left = high - ratio * (high - low);
      left_loss = loss(left);
    } else {
      left = right;
      left_loss = right_loss;
      right = low + ratio * (high - low);
      right_loss = loss(right);
    }
  }
  return 0.5 * (low + high);
}

}  // namespace

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
  constexpr int kPoints = 121;
  constexpr double kDecades = 4.0;
  // A learning rate is measured in 1/σ and lies near it; a penalty in σ, and may be far smaller.
  const double scale = std::log(spectrum.eigenvalues.mean().item<double>());
  const double width = kDecades * std::log(10.0) / (kPoints - 1);
  const double first = steps > 0 ? -scale - 3.0 * std::log(10.0) : scale - 3.5 * std::log(10.0);
  const auto loss = [&](double logarithm) {
    return algorithm_loss({steps, std::exp(logarithm)}, spectrum, targets);
  };
  int best = 0;
  double least = loss(first);
  for (int point = 1; point < kPoints; ++point) {
    const double found = loss(first + width * point);
    if (found < least) best = point;
    least = std::min(least, found);
  }
  const double middle = first + width * best;
  return {steps, std::exp(golden_section(loss, middle - width, middle + width))};
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
