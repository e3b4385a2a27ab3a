#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace gril::stream {

/// A linear map y = A z as the streaming runtime keeps it: the columns lie one after another, so
/// that the loop over rows runs in vector registers, and columns of zeros at both ends are left
/// out (a construction reads one block of the window, so most of its columns are zero).
class WindowMap {
 public:
  /// The map to nothing: no rows.
  WindowMap() = default;
  /// `weights`: A, (rows, columns), row-major.
  WindowMap(std::size_t rows, std::size_t columns, std::span<const double> weights);

  std::size_t rows() const { return rows_; }
  /// Per row: whether all features it weighs are among those that `allowed` says, one per column.
  std::vector<bool> rows_within(const std::vector<bool>& allowed) const;
  /// y += A z; z has `columns` numbers, y has `rows`. Cost: rows times the columns kept.
  void add_to(const double* z, double* y) const;

 private:
  std::size_t rows_ = 0;
  std::size_t first_column_ = 0;
  std::size_t kept_columns_ = 0;
  std::vector<double> weights_;  // (kept columns, rows)
};

}  // namespace gril::stream
