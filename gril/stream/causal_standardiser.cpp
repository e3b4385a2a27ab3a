#include "gril/stream/causal_standardiser.h"

#include <cmath>

namespace gril::stream {

CausalStandardiser::CausalStandardiser(std::size_t columns)
    : mean_(columns, 0.0), squares_(columns, 0.0) {}

double CausalStandardiser::deviation(std::size_t column) const {
  return rows_ == 0 ? 0.0 : std::sqrt(squares_[column] / static_cast<double>(rows_));
}

double CausalStandardiser::standardise(std::size_t column, double value) const {
  return varies(column) ? (value - mean_[column]) / deviation(column) : 0.0;
}

double CausalStandardiser::restore(std::size_t column, double standardised) const {
  return mean_[column] + deviation(column) * standardised;
}

void CausalStandardiser::observe(std::span<const double> row) {
  ++rows_;
  for (std::size_t c = 0; c < row.size(); ++c) {
    const double before = row[c] - mean_[c];
    mean_[c] += before / static_cast<double>(rows_);
    squares_[c] += before * (row[c] - mean_[c]);
  }
}

}  // namespace gril::stream
