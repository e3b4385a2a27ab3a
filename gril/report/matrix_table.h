#pragma once

#include <string>
#include <vector>

#include "gril/report/html_page.h"

namespace gril {

/// Rows of equal length, as JSON files hold a matrix.
using Matrix = std::vector<std::vector<double>>;

/// What rows and columns are called; empty: 0, 1, ….
struct MatrixNames {
  std::vector<std::string> rows = {};
  std::vector<std::string> columns = {};
};

/// A matrix as a table of numbers. `corner` says what rows and columns are: "value \ key".
HtmlTable matrix_table(const Matrix& matrix, const std::string& corner,
                       const MatrixNames& names = {});

/// Largest absolute value of all entries.
double largest_entry(const Matrix& matrix);

}  // namespace gril
