#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "gril/base/csv_table.h"
#include "gril/stream/table_columns.h"

namespace gril::stream {

/// What to do with a row that has a missing cell in a column that takes part.
enum class MissingCells {
  kRefuse,   ///< an error that names row and column
  kSkipRow,  ///< leave the row out and count it
};

/// The rows of a table as numbers: the features and the target of one row at a time.
/// errors  InvalidFile "[stream] TABLE: row 3 (line 4), column "x" must be …; got …. …" for a
///         missing cell (kRefuse), text, or a number above 1e100. Columns that do not take
///         part are not read.
class TableReader {
 public:
  /// `table` must outlive the reader.
  TableReader(CsvTable& table, ColumnChoice choice, MissingCells missing);

  /// Moves to the next complete row; false at the end of the table.
  bool next();
  std::span<const double> features() const { return features_; }
  double target() const { return target_; }
  /// Rows left out so far because of missing cells.
  int64_t skipped_rows() const { return skipped_rows_; }
  int64_t row() const { return table_.row(); }

 private:
  bool read_number(std::size_t column, double& number) const;
  bool read_row();

  CsvTable& table_;
  ColumnChoice choice_;
  MissingCells missing_;
  std::vector<double> features_;
  double target_ = 0.0;
  int64_t skipped_rows_ = 0;
};

}  // namespace gril::stream
