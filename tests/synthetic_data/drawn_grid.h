#pragma once

#include <string>
#include <vector>

#include "gril/synthetic_data/square_grid.h"

namespace gril {

/// One text per row: '#' for 255, '.' for 0, '+' between.
inline std::vector<std::string> drawn(const ByteGrid& grid) {
  std::vector<std::string> rows;
  for (int64_t row = 0; row < grid.size; ++row) {
    rows.emplace_back();
    for (int64_t column = 0; column < grid.size; ++column) {
      const int value = grid[{row, column}];
      rows.back() += value == 255 ? '#' : (value == 0 ? '.' : '+');
    }
  }
  return rows;
}

}  // namespace gril
