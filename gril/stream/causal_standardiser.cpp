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

void CausalStandardiser::transfer(StateTransfer& state) {
  state.count(rows_);
  state.numbers(mean_);
  state.numbers(squares_);
}

void CausalStandardiser::prepend(const CausalStandardiser& earlier) {
  if (earlier.rows_ == 0) return;
  const auto before = static_cast<double>(earlier.rows_);
  const auto after = static_cast<double>(rows_);
  for (std::size_t c = 0; c < mean_.size(); ++c) {
    const double step = earlier.mean_[c] - mean_[c];
    mean_[c] += step * before / (before + after);
    squares_[c] += earlier.squares_[c] + step * step * before * after / (before + after);
  }
  rows_ += earlier.rows_;
}

}  // namespace gril::stream
