#pragma once

#include <string_view>

namespace gril {

/// What a cell of a table holds.
enum class CellKind {
  kNumber,
  kMissing,    ///< empty, or NA, N/A, NaN, null, none, ? in any letter case
  kNotNumber,  ///< other text
  kTooLarge,   ///< infinite, or above kLargestCell in size
};

/// Numbers above this are refused: their squares would leave the range of a double.
constexpr double kLargestCell = 1e100;

/// A cell read as a number; `value` counts for kNumber only.
struct Cell {
  CellKind kind = CellKind::kMissing;
  double value = 0.0;
};

/// Reads a field: decimal notation with a point, an exponent and a sign where wanted, whatever the
/// locale. The whole field must be the number.
Cell read_cell(std::string_view field);

}  // namespace gril
