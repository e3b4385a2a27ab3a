#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "gril/stream/state_transfer.h"

namespace gril::stream {

/// Settings of NormalisedLms.
struct NormalisedLmsOptions {
  double step_size = 0.5;       ///< μ in (0, 2)
  double regularisation = 1.0;  ///< ε ≥ 0, added to |x|²
};

/// Normalised least mean squares: w += μ e x / (ε + |x|²), e = y - wᵀx.
/// Source: Haykin, Adaptive Filter Theory, chapter on normalised LMS.
/// cost     O(d) per row, d numbers of memory, nothing allocated after construction.
class NormalisedLms {
 public:
  /// errors  InvalidArgument for no feature, μ outside (0, 2) or ε < 0.
  NormalisedLms(std::size_t features, const NormalisedLmsOptions& options);

  double predict(std::span<const double> x) const;
  void observe(std::span<const double> x, double y);
  std::span<const double> weights() const { return weights_; }
  /// The whole state, out or in.
  void transfer(StateTransfer& state) { state.numbers(weights_); }

 private:
  NormalisedLmsOptions options_;
  std::vector<double> weights_;
};

}  // namespace gril::stream
