#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "gril/stream/state_transfer.h"

namespace gril::stream {

/// Settings of RecursiveLeastSquares.
struct RecursiveLeastSquaresOptions {
  double forgetting = 0.999;    ///< λ in (0, 1]; about 1 / (1 - λ) rows are remembered
  double regularisation = 1.0;  ///< δ > 0: the ridge at the start, P_0 = I / δ
};

/// Recursive least squares with exponential forgetting. After t rows the weights minimise
///
///     Σ_i λ^{t-i} (y_i - wᵀx_i)² + λ^t δ |w|²
///
/// through P_t = (P_{t-1} - g xᵀP_{t-1}) / λ,  g = P_{t-1} x / (λ + xᵀP_{t-1}x),  w += g e.
/// Source: Haykin, Adaptive Filter Theory, chapter on recursive least squares.
/// Numerics: P is updated as one triangle and mirrored, so it stays symmetric. Directions that the
/// data stop exciting would let P grow as λ^{-t}; entries are scaled back (a congruence, which
/// keeps P positive) once a diagonal entry passes 10^6 / δ.
///
/// cost  O(d²) per row, d(d+2) numbers of memory, nothing allocated after construction.
class RecursiveLeastSquares {
 public:
  /// errors  InvalidArgument for no feature, λ outside (0, 1] or δ ≤ 0.
  RecursiveLeastSquares(std::size_t features, const RecursiveLeastSquaresOptions& options);

  double predict(std::span<const double> x) const;
  void observe(std::span<const double> x, double y);
  std::span<const double> weights() const { return weights_; }
  /// The whole state, out or in.
  void transfer(StateTransfer& state);

 private:
  void bound_unexcited_directions();

  std::size_t features_;
  double forgetting_;
  double largest_variance_;
  std::vector<double> weights_;
  std::vector<double> covariance_;  // P, row-major
  std::vector<double> gain_;        // P x
};

}  // namespace gril::stream
