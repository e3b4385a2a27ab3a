#include "gril/stream/cholesky.h"

#include <cmath>
#include <numeric>

namespace gril::stream {

bool solve_in_place(std::span<double> matrix, std::span<double> solution) {
  const std::size_t n = solution.size();
  double* const a = matrix.data();
  for (std::size_t i = 0; i < n; ++i) {
    double* const row = a + i * n;
    for (std::size_t j = 0; j < i; ++j) {
      row[j] = (row[j] - std::inner_product(row, row + j, a + j * n, 0.0)) / a[j * n + j];
    }
    const double pivot = row[i] - std::inner_product(row, row + i, row, 0.0);
    if (!(pivot > 0.0)) return false;
    row[i] = std::sqrt(pivot);
    solution[i] = (solution[i] - std::inner_product(row, row + i, solution.data(), 0.0)) / row[i];
  }
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t j = i + 1; j < n; ++j) solution[i] -= a[j * n + i] * solution[j];
    solution[i] /= a[i * n + i];
  }
  return true;
}

}  // namespace gril::stream
