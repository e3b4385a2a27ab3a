#pragma once

#include <torch/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "gril/analysis/algorithms/context_spectrum.h"

namespace gril {

/// An algorithm that a network may run on the context of a prompt, as a filter on the spectrum of
/// the context's Hessian:
///
///     gradient descent, k steps of η from zero   f(σ) = η Σ_{j<k} (1 − ησ)^j
///     ridge regression with penalty ρ            f(σ) = 1/(σ + ρ)
///
/// Both on (1/2N) Σ_i |W x_i − y_i|² (+ ρ/2 |W|²).
struct InContextAlgorithm {
  int64_t steps = 0;       ///< k; 0 stands for ridge regression
  double parameter = 0.0;  ///< η or ρ
};

/// "gradient descent, 3 steps" or "ridge regression".
std::string algorithm_name(const InContextAlgorithm& algorithm);

/// f of eigenvalues σ ≥ 0, of their shape.
torch::Tensor algorithm_filter(const InContextAlgorithm& algorithm,
                               const torch::Tensor& eigenvalues);

/// Half squared error, mean over prompts and outputs, on prompts with these targets (B, m).
double algorithm_loss(const InContextAlgorithm& algorithm, const ContextSpectrum& spectrum,
                      const torch::Tensor& targets);

/// The algorithm with its parameter chosen for the least loss on tuning prompts: one learning rate
/// shared by all steps, or one penalty. A grid of 121 points over four decades around the scale of
/// the Hessian, then a golden-section search between the neighbours of the best one. Cost: about
/// 160 passes over the spectrum.
InContextAlgorithm tuned(int64_t steps, const ContextSpectrum& spectrum,
                         const torch::Tensor& targets);

/// 1 … 5 steps and ridge regression, each tuned.
std::vector<InContextAlgorithm> tuned_algorithms(const ContextSpectrum& spectrum,
                                                 const torch::Tensor& targets);

}  // namespace gril
