#include "gril/report/matrix_table.h"

#include <algorithm>
#include <cmath>

#include "gril/report/number_text.h"

namespace gril {
namespace {

std::string name_of(const std::vector<std::string>& names, std::size_t index) {
  return names.empty() ? std::to_string(index) : names.at(index);
}

}  // namespace

HtmlTable matrix_table(const Matrix& matrix, const std::string& corner, const MatrixNames& names) {
  HtmlTable table;
  table.columns.push_back(corner);
  for (std::size_t column = 0; column < matrix.front().size(); ++column) {
    table.columns.push_back(name_of(names.columns, column));
  }
  for (std::size_t row = 0; row < matrix.size(); ++row) {
    std::vector<std::string> cells{name_of(names.rows, row)};
    for (const double value : matrix[row]) cells.push_back(number_text(value));
    table.rows.push_back(cells);
  }
  return table;
}

double largest_entry(const Matrix& matrix) {
  double largest = 0.0;
  for (const auto& row : matrix) {
    for (const double value : row) largest = std::max(largest, std::abs(value));
  }
  return largest;
}

}  // namespace gril
