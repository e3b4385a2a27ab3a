#include "gril/constructions/json_matrix.h"

#include <algorithm>
#include <cmath>

#include "gril/base/check.h"

namespace gril {
namespace {

bool is_row(const Json& row, int64_t columns) {
  return row.is_array() && row.size() == static_cast<std::size_t>(columns) &&
         std::all_of(row.begin(), row.end(), [](const Json& number) {
           return number.is_number() && std::isfinite(number.get<double>());
         });
}

}  // namespace

Json matrix_to_json(const std::vector<double>& numbers, int64_t columns) {
  Json rows = Json::array();
  for (auto row = numbers.begin(); row != numbers.end(); row += columns) {
    rows.push_back(std::vector<double>(row, row + columns));
  }
  return rows;
}

std::vector<double> matrix_from_json(const Json& tree, int64_t rows, int64_t columns,
                                     const std::string& where, const std::string& name) {
  const bool good =
      tree.is_array() && tree.size() == static_cast<std::size_t>(rows) &&
      std::all_of(tree.begin(), tree.end(), [&](const Json& row) { return is_row(row, columns); });
  require(good, where, name, " must be ", rows, " rows of ", columns, " finite numbers; got ",
          tree.dump().substr(0, 60), ".");
  std::vector<double> numbers;
  for (const Json& row : tree) {
    for (const Json& number : row) numbers.push_back(number.get<double>());
  }
  return numbers;
}

}  // namespace gril
