#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <istream>
#include <string>
#include <string_view>
#include <vector>

namespace gril::stream {

/// What a table may cost in memory: both bounds are checked while a record is read.
struct CsvLimits {
  std::size_t columns = 10000;         ///< columns of the header
  std::size_t record_bytes = 1 << 20;  ///< bytes of one record, the header included
};

/// A table of comma-separated values (RFC 4180), read row by row in constant memory.
///
/// The first record is the header. Fields may be quoted, quotes inside are doubled, quoted fields
/// may hold line ends; lines end with LF or CRLF; a UTF-8 byte order mark and empty lines are
/// skipped; blanks around a field are not part of it. The delimiter is the one of comma, semicolon
/// and tab that is most frequent in the header outside quotes (comma when there is none).
///
/// errors  InvalidFile "[stream] NAME: …" for an empty file, NUL bytes, UTF-16, a record above the
///         limits, an unclosed or misplaced quote, a column without a name or named twice, a row
///         with another number of fields than the header, and a header without rows.
/// cost    One pass; memory of one record.
class CsvTable {
 public:
  /// Reads the header. `input` must outlive the table; `name` stands in messages.
  CsvTable(std::istream& input, std::string name, CsvLimits limits = {});

  const std::string& name() const { return name_; }
  /// Names of the columns, in the order of the file.
  const std::vector<std::string>& columns() const { return columns_; }
  char delimiter() const { return delimiter_; }

  /// Moves to the next row; false at the end of the table.
  bool next_row();
  /// Fields of the current row, one per column; valid until the next call of next_row.
  const std::vector<std::string_view>& fields() const { return fields_; }
  /// Number of the current row; the first below the header is 1.
  int64_t row() const { return row_; }
  /// "row 3 (line 4)": where the current row starts.
  std::string row_name() const;

 private:
  bool read_record(std::string_view too_long);
  void skip_byte_order_mark();
  void read_header();
  void split_record();
  std::size_t take_quoted_field(std::size_t at, std::size_t& end);

  std::istream& input_;
  std::string name_;
  CsvLimits limits_;
  char delimiter_ = ',';
  std::string record_;
  std::vector<std::string_view> fields_;
  std::vector<std::string> columns_;
  int64_t row_ = 0;
  int64_t line_ = 0;       // on which the current record starts
  int64_t next_line_ = 1;  // on which the next one does
};

/// Opens a table for reading. Errors: InvalidArgument when there is no such file or it is a folder,
/// InvalidFile when it may not be read.
std::ifstream open_table(const std::filesystem::path& path);

}  // namespace gril::stream
