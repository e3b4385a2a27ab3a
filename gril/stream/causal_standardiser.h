#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "gril/stream/state_transfer.h"

namespace gril::stream {

/// Standardisation that never looks ahead: row t is scaled with the mean and the standard deviation
/// of the rows before it,
///
///     z_{t,c} = (x_{t,c} - mean_{t-1,c}) / deviation_{t-1,c},
///
/// with Welford's update (a running mean and sum of squared deviations; no cancellation) and
/// deviation² = sum / rows. A column that has not varied yet gives z = 0.
class CausalStandardiser {
 public:
  explicit CausalStandardiser(std::size_t columns);

  /// z of one column of the coming row.
  double standardise(std::size_t column, double value) const;
  /// The inverse: back to the units of the column.
  double restore(std::size_t column, double standardised) const;
  /// Learns a row.
  void observe(std::span<const double> row);

  double mean(std::size_t column) const { return mean_[column]; }
  double deviation(std::size_t column) const;
  /// Whether the column has shown two different values.
  bool varies(std::size_t column) const { return squares_[column] > 0.0; }
  int64_t rows() const { return rows_; }

  /// The whole state, out or in.
  void transfer(StateTransfer& state);
  /// As if it had seen the rows of `earlier` before its own. Source: Chan, Golub and LeVeque,
  /// Updating formulae and a pairwise algorithm for computing sample variances (1979).
  void prepend(const CausalStandardiser& earlier);

 private:
  int64_t rows_ = 0;
  std::vector<double> mean_;
  std::vector<double> squares_;  // sum of squared deviations from the mean
};

}  // namespace gril::stream
