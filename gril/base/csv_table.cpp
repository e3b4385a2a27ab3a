#include "gril/base/csv_table.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "gril/base/check.h"

namespace gril {
namespace {

std::string_view without_blanks(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Comma wins a draw, so a table of one column reads as comma-separated.
char most_frequent_delimiter(const std::string& header) {
  constexpr std::array<char, 3> kDelimiters = {',', ';', '\t'};
  std::array<std::size_t, 3> counts = {};
  bool quoted = false;
  for (const char letter : header) {
    if (letter == '"') quoted = !quoted;
    for (std::size_t i = 0; i < kDelimiters.size(); ++i) {
      if (!quoted && letter == kDelimiters[i]) ++counts[i];
    }
  }
  const auto best = std::max_element(counts.begin(), counts.end()) - counts.begin();
  return kDelimiters[static_cast<std::size_t>(best)];
}

}  // namespace

CsvTable::CsvTable(std::istream& input, std::string_view where, std::string name,
                   CsvOptions options)
    : input_(input), where_(where), name_(std::move(name)), options_(options) {
  skip_byte_order_mark();
  read_first_record();
}

std::string CsvTable::row_name() const { return concatenate("row ", row_, " (line ", line_, ")"); }

void CsvTable::skip_byte_order_mark() {
  std::streambuf& source = *input_.rdbuf();
  const int first = source.sgetc();
  require_file(first != 0xff && first != 0xfe, where_, name_,
               ": must be UTF-8 text; got UTF-16. Save the table as UTF-8.");
  if (first != 0xef) return;
  const bool marked = source.snextc() == 0xbb && source.snextc() == 0xbf;
  require_file(marked, where_, name_,
               ": must be UTF-8 text; got a damaged byte order mark. Save the table as UTF-8.");
  source.sbumpc();
}

void CsvTable::read_first_record() {
  const char* const what = options_.header ? "the header" : "the first row";
  const std::string too_long = concatenate(
      what, " must have at most ", options_.columns, " columns in ", options_.record_bytes,
      " bytes; got more. Keep the columns you need, for example with cut -d, -f1-20.");
  require_file(read_record(too_long), where_, name_, ": must start with ",
               options_.header ? "a header" : "the first row", "; got an empty file. ",
               options_.header ? "Write the column names into its first line."
                               : "Give a table with at least one row.");
  delimiter_ = most_frequent_delimiter(record_);
  split_record();
  require_file(fields_.size() <= options_.columns, where_, name_, ": ", too_long);
  if (options_.header) {
    take_names();
    return;
  }
  first_is_row_ = true;
  for (std::size_t i = 1; i <= fields_.size(); ++i) columns_.push_back(std::to_string(i));
}

void CsvTable::take_names() {
  std::set<std::string_view> seen;
  for (const std::string_view field : fields_) {
    require_file(!field.empty(), where_, name_,
                 ": every column must have a name; got none for column ", columns_.size() + 1,
                 ". Name it in the header.");
    require_file(seen.insert(field).second, where_, name_, ": column names must differ; got \"",
                 field, "\" twice. Rename one of them.");
    columns_.emplace_back(field);
  }
}

bool CsvTable::next_row() {
  if (first_is_row_) {
    first_is_row_ = false;
    ++row_;
    return true;
  }
  const bool found =
      read_record(concatenate("line ", next_line_, " must have at most ", options_.record_bytes,
                              " bytes; got more. Look for an opening quote that is never closed."));
  require_file(found || row_ > 0, where_, name_,
               ": must have rows below the header; got none. Give a table with at least one row.");
  if (!found) return false;
  ++row_;
  split_record();
  require_file(
      fields_.size() == columns_.size(), where_, name_, ": ", row_name(), " must have ",
      columns_.size(),
      options_.header ? " fields as the header has; got " : " fields as the first row has; got ",
      fields_.size(), ". Correct that line.");
  return true;
}

// One character at a time: a row that comes through a pipe is seen as soon as its line ends.
bool CsvTable::read_record(std::string_view too_long) {
  std::streambuf& source = *input_.rdbuf();
  record_.clear();
  line_ = next_line_;
  bool quoted = false;
  for (int letter = source.sbumpc(); letter != std::char_traits<char>::eof();
       letter = source.sbumpc()) {
    if (letter == '\n') {
      ++next_line_;
      if (!quoted) {
        if (!record_.empty() && record_.back() == '\r') record_.pop_back();
        if (!record_.empty()) return true;
        line_ = next_line_;
        continue;
      }
    }
    require_file(letter != 0, where_, name_, ": line ", next_line_,
                 " must be text; got a NUL byte. Give a CSV file, not a binary one.");
    require_file(record_.size() < options_.record_bytes, where_, name_, ": ", too_long);
    if (letter == '"') quoted = !quoted;
    record_.push_back(static_cast<char>(letter));
  }
  require_file(!quoted, where_, name_, ": line ", line_,
               " must close every quote; got the end of the file inside one. Close it.");
  if (!record_.empty() && record_.back() == '\r') record_.pop_back();
  return !record_.empty();
}

void CsvTable::split_record() {
  fields_.clear();
  std::size_t at = 0;
  for (;;) {
    const std::size_t first = record_.find_first_not_of(delimiter_ == '\t' ? " " : " \t", at);
    std::size_t end = 0;
    if (first != std::string::npos && record_[first] == '"') {
      at = first + 1;
      const std::size_t size = take_quoted_field(at, end);
      fields_.emplace_back(record_.data() + at, size);
    } else {
      end = std::min(record_.find(delimiter_, at), record_.size());
      const std::string_view field = std::string_view(record_).substr(at, end - at);
      require_file(field.find('"') == std::string_view::npos, where_, name_, ": line ", line_,
                   " must have quotes only around whole fields; got ", field,
                   ". Double the quote inside a quoted field.");
      fields_.push_back(without_blanks(field));
    }
    if (end == record_.size() || fields_.size() > options_.columns) return;
    at = end + 1;
  }
}

// Undoubles the quotes in place. Returns the size of the field; `end` becomes the position of the
// delimiter behind it.
std::size_t CsvTable::take_quoted_field(std::size_t at, std::size_t& end) {
  std::size_t written = at;
  std::size_t read = at;
  while (read < record_.size()) {
    if (record_[read] == '"') {
      if (read + 1 == record_.size() || record_[read + 1] != '"') break;
      ++read;
    }
    record_[written++] = record_[read++];
  }
  end = std::min(record_.find_first_not_of(' ', read + 1), record_.size());
  require_file(end == record_.size() || record_[end] == delimiter_, where_, name_, ": line ", line_,
               " must have a delimiter after a closing quote; got \"",
               end < record_.size() ? record_.substr(end, 1) : "",
               "\". Double the quote inside a quoted field.");
  return written - at;
}

}  // namespace gril
