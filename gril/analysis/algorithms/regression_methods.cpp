#include <ATen/ATen.h>

#include <algorithm>

#include "gril/analysis/algorithms/classical_methods.h"
#include "gril/analysis/algorithms/free_step_sizes.h"
#include "gril/analysis/algorithms/in_context_algorithm.h"
#include "gril/analysis/algorithms/nearest_neighbours.h"
#include "gril/analysis/gradient_descent_baseline.h"

namespace gril {
namespace {

ClassicalMethod always_zero() {
  return {.name = "always 0", .tuned = Json::object(), .predict = [](const Prompts& prompts) {
            return at::zeros_like(prompts.targets);
          }};
}

ClassicalMethod method_of(const InContextAlgorithm& algorithm) {
  return {.name = algorithm_name(algorithm),
          .tuned = {{algorithm.steps > 0 ? "learning_rate" : "penalty", algorithm.parameter}},
          .predict = [algorithm](const Prompts& prompts) {
            const ContextSpectrum spectrum = context_spectrum(prompts);
            return filtered_predictions(spectrum,
                                        algorithm_filter(algorithm, spectrum.eigenvalues));
          }};
}

ClassicalMethod method_of(int64_t steps, const FreeStepSizes& sizes) {
  Json tuned = {{"learning_rates", Json::array()}, {"coefficients", sizes.coefficients}};
  Json imaginary = Json::array();
  for (const std::complex<double>& rate : sizes.learning_rates) {
    tuned["learning_rates"].push_back(rate.real());
    imaginary.push_back(rate.imag());
  }
  const bool real =
      std::all_of(imaginary.begin(), imaginary.end(), [](const Json& part) { return part == 0.0; });
  if (!real) tuned["imaginary_parts"] = imaginary;
  return {.name = algorithm_name({steps, 0.0}) + ", free rates",
          .tuned = tuned,
          .predict = [coefficients = sizes.coefficients](const Prompts& prompts) {
            const ContextSpectrum spectrum = context_spectrum(prompts);
            return filtered_predictions(spectrum,
                                        polynomial_filter(coefficients, spectrum.eigenvalues));
          }};
}

ClassicalMethod least_squares() {
  return {.name = "least squares", .tuned = Json::object(), .predict = [](const Prompts& prompts) {
            return least_squares_predictions(prompts);
          }};
}

ClassicalMethod method_of(const NearestNeighbours& neighbours) {
  return {.name = "nearest neighbours",
          .tuned = {{"neighbours", neighbours.neighbours}},
          .predict = [neighbours](const Prompts& prompts) {
            return nearest_predictions(neighbours, prompts);
          }};
}

}  // namespace

std::vector<ClassicalMethod> regression_methods(const Prompts& tuning) {
  constexpr int64_t kMostSteps = 5;
  const at::NoGradGuard no_gradients;
  const ContextSpectrum spectrum = context_spectrum(tuning);
  std::vector<ClassicalMethod> methods = {always_zero()};
  std::vector<InContextAlgorithm> algorithms = tuned_algorithms(spectrum, tuning.targets);
  const InContextAlgorithm ridge = algorithms.back();
  algorithms.pop_back();
  for (const InContextAlgorithm& descent : algorithms) methods.push_back(method_of(descent));
  for (int64_t steps = 2; steps <= kMostSteps; ++steps) {
    methods.push_back(method_of(steps, free_step_sizes(steps, spectrum, tuning.targets)));
  }
  methods.push_back(least_squares());
  methods.push_back(method_of(ridge));
  methods.push_back(method_of(tuned_for_numbers(tuning)));
  return methods;
}

}  // namespace gril
