#pragma once

#include <cstddef>
#include <cstdint>
#include <istream>
#include <string>
#include <string_view>
#include <vector>

namespace gril {

/// How a table is read. The two bounds are what it may cost in memory, checked while a record is
/// read.
struct CsvOptions {
  bool header = true;                  ///< whether the first record names the columns
  std::size_t columns = 10000;         ///< columns of the header
  std::size_t record_bytes = 1 << 20;  ///< bytes of one record, the header included
};

/// A table of comma-separated values (RFC 4180), read row by row in constant memory.
///
/// The first record is the header; in a table without one the columns are named 1, 2, …. Fields may
/// be quoted, quotes inside are doubled, quoted fields may hold line ends; lines end with LF or
/// CRLF; a UTF-8 byte order mark and empty lines are skipped; blanks around a field are not part of
/// it. The delimiter is the one of comma, semicolon and tab that is most frequent in the first
/// record outside quotes (comma when there is none).
///
/// errors  InvalidFile "[where] NAME: …" for an empty file, NUL bytes, UTF-16, a record above the
///         limits, an unclosed or misplaced quote, a column without a name or named twice, a row
///         with another number of fields than the first record, and a header without rows.
/// cost    One pass; memory of one record.
class CsvTable {
 public:
  /// Reads the first record. `input` must outlive the table; `where` and `name` stand in messages.
  CsvTable(std::istream& input, std::string_view where, std::string name, CsvOptions options = {});

  const std::string& name() const { return name_; }
  /// Names of the columns, in the order of the file: "1", "2", … without a header.
  const std::vector<std::string>& columns() const { return columns_; }
  char delimiter() const { return delimiter_; }

  /// Moves to the next row; false at the end of the table.
  bool next_row();
  /// Fields of the current row, one per column; valid until the next call of next_row.
  const std::vector<std::string_view>& fields() const { return fields_; }
  /// Number of the current row; the first one, below the header where there is one, is 1.
  int64_t row() const { return row_; }
  /// "row 3 (line 4)": where the current row starts.
  std::string row_name() const;

 private:
  bool read_record(std::string_view too_long);
  void skip_byte_order_mark();
  void read_first_record();
  void take_names();
  void split_record();
  std::size_t take_quoted_field(std::size_t at, std::size_t& end);

  std::istream& input_;
  std::string where_;
  std::string name_;
  CsvOptions options_;
  bool first_is_row_ = false;  // the first record is a row that next_row has yet to give
  char delimiter_ = ',';
  std::string record_;
  std::vector<std::string_view> fields_;
  std::vector<std::string> columns_;
  int64_t row_ = 0;
  int64_t line_ = 0;       // on which the current record starts
  int64_t next_line_ = 1;  // on which the next one does
};

}  // namespace gril
