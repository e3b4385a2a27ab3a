#pragma once

#include <torch/types.h>

#include <complex>
#include <cstdint>
#include <vector>

#include "gril/analysis/algorithms/context_spectrum.h"

namespace gril {

/// K gradient-descent steps from zero on (1/2N) Σ_i |W x_i − y_i|², each with a size of its own. As
/// a filter on the context's spectrum (in_context_algorithm.h) they are a polynomial,
///
///     f(σ) = (1 − Π_k (1 − η_k σ)) / σ = Σ_{k=1}^{K} c_k σ^{k−1},
///
/// so predictions are linear in c, and the sizes with the least squared error on given prompts are
/// a linear least-squares problem: exact, where a search over the η would only be near. Source:
/// gril.md 9.1.
struct FreeStepSizes {
  std::vector<double> coefficients;  ///< c_1 … c_K
  /// η_1 … η_K by ascending real part. The steps commute, so their order means nothing; conjugate
  /// pairs where real sizes cannot reach the optimum.
  std::vector<std::complex<double>> learning_rates;
};

/// The sizes with the least squared error on prompts with these targets.
///
/// steps    K, at least 1
/// targets  (B, m)
/// errors   InvalidArgument "[free_step_sizes] …" when steps is below 1
/// cost     K passes over the spectrum, then K² B m multiply-adds
FreeStepSizes free_step_sizes(int64_t steps, const ContextSpectrum& spectrum,
                              const torch::Tensor& targets);

/// f of eigenvalues, of their shape, for c_1 … c_K.
torch::Tensor polynomial_filter(const std::vector<double>& coefficients,
                                const torch::Tensor& eigenvalues);

/// The η of given c: the roots of η^K − c_1 η^{K−1} − … − c_K.
std::vector<std::complex<double>> learning_rates_of(const std::vector<double>& coefficients);

}  // namespace gril
