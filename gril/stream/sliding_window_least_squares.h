#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "gril/stream/state_transfer.h"

namespace gril::stream {

/// Settings of SlidingWindowLeastSquares.
struct SlidingWindowOptions {
  std::size_t window = 512;     ///< rows remembered, at least 1
  double regularisation = 1.0;  ///< ρ > 0, the ridge
};

/// Ridge regression on the last W rows: w = (Σ x xᵀ + ρ I)^{-1} Σ y x.
/// The sums are kept by adding the new row and subtracting the one that leaves; every W rows they
/// are summed afresh from the stored rows, so rounding errors do not pile up. Each row solves the
/// system by Cholesky; 10^{-12} of the largest diagonal entry is added to ρ, so the factorisation
/// cannot fail on columns that repeat each other.
/// cost     O(d³/6 + d²) per row, (W + d)·(d + 2) numbers of memory, nothing allocated after
///          construction.
class SlidingWindowLeastSquares {
 public:
  /// errors  InvalidArgument for no feature, W = 0 or ρ ≤ 0.
  SlidingWindowLeastSquares(std::size_t features, const SlidingWindowOptions& options);

  double predict(std::span<const double> x) const;
  void observe(std::span<const double> x, double y);
  std::span<const double> weights() const { return weights_; }
  /// The whole state, out or in.
  void transfer(StateTransfer& state);

 private:
  void add_to_sums(const double* x, double y, double sign);
  void sum_afresh();
  void solve();

  std::size_t features_;
  SlidingWindowOptions options_;
  std::vector<double> rows_;     // W rows of d features, a ring
  std::vector<double> targets_;  // their targets
  std::size_t next_ = 0;         // where the coming row goes
  std::size_t count_ = 0;        // rows held
  std::vector<double> gram_;     // lower triangle of Σ x xᵀ
  std::vector<double> moment_;   // Σ y x
  std::vector<double> factor_;
  std::vector<double> weights_;
};

}  // namespace gril::stream
