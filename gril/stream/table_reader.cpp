#include "gril/stream/table_reader.h"

#include <utility>

#include "gril/base/check.h"
#include "gril/base/table_cell.h"

namespace gril::stream {
namespace {

constexpr std::size_t kCellLettersShown = 40;

std::string shown(std::string_view field) {
  if (field.size() <= kCellLettersShown) return std::string(field);
  return std::string(field.substr(0, kCellLettersShown)) + "…";
}

}  // namespace

TableReader::TableReader(CsvTable& table, ColumnChoice choice, MissingCells missing)
    : table_(table),
      choice_(std::move(choice)),
      missing_(missing),
      features_(choice_.features.size(), 0.0) {}

bool TableReader::next() {
  while (table_.next_row()) {
    if (read_row()) return true;
    ++skipped_rows_;
  }
  return false;
}

bool TableReader::read_row() {
  bool complete = read_number(choice_.target, target_);
  for (std::size_t i = 0; i < features_.size(); ++i) {
    complete = read_number(choice_.features[i], features_[i]) && complete;
  }
  return complete;
}

// False for a missing cell that may be skipped.
bool TableReader::read_number(std::size_t column, double& number) const {
  const std::string_view field = table_.fields()[column];
  const Cell cell = read_cell(field);
  number = cell.value;
  if (cell.kind == CellKind::kNumber) return true;
  if (cell.kind == CellKind::kMissing && missing_ == MissingCells::kSkipRow) return false;
  const std::string& name = table_.columns()[column];
  const std::string place =
      concatenate(table_.name(), ": ", table_.row_name(), ", column \"", name, "\" must be ");
  const std::string got = concatenate("; got \"", shown(field), "\". ");
  require_file(cell.kind != CellKind::kMissing, "stream", place, "present", got,
               "Fill the cell, leave such rows out with --missing skip-row, or the column with "
               "--drop ",
               name, ".");
  require_file(cell.kind != CellKind::kTooLarge, "stream", place, "at most 1e100 in size", got,
               "Correct the cell, or leave the column out with --drop ", name, ".");
  require_file(false, "stream", place, "a number", got,
               "Correct the cell, or leave the column out with --drop ", name, ".");
  return false;
}

}  // namespace gril::stream
