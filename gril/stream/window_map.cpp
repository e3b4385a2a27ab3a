#include "gril/stream/window_map.h"

namespace gril::stream {

WindowMap::WindowMap(std::size_t rows, std::size_t columns, std::span<const double> weights)
    : rows_(rows) {
  const auto column_is_zero = [&](std::size_t column) {
    for (std::size_t row = 0; row < rows; ++row) {
      if (weights[row * columns + column] != 0.0) return false;
    }
    return true;
  };
  std::size_t end = columns;
  while (end > 0 && column_is_zero(end - 1)) --end;
  while (first_column_ < end && column_is_zero(first_column_)) ++first_column_;
  kept_columns_ = end - first_column_;
  weights_.reserve(kept_columns_ * rows);
  for (std::size_t column = first_column_; column < end; ++column) {
    for (std::size_t row = 0; row < rows; ++row)
      weights_.push_back(weights[row * columns + column]);
  }
}

std::vector<bool> WindowMap::rows_within(const std::vector<bool>& allowed) const {
  std::vector<bool> within(rows_, true);
  for (std::size_t j = 0; j < kept_columns_; ++j) {
    for (std::size_t i = 0; i < rows_; ++i) {
      if (weights_[j * rows_ + i] != 0.0 && !allowed[first_column_ + j]) within[i] = false;
    }
  }
  return within;
}

void WindowMap::add_to(const double* z, double* y) const {
  const double* column = weights_.data();
  const double* const kept = z + first_column_;
  for (std::size_t j = 0; j < kept_columns_; ++j, column += rows_) {
    for (std::size_t i = 0; i < rows_; ++i) y[i] += column[i] * kept[j];
  }
}

}  // namespace gril::stream
