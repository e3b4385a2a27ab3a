#include "gril/tasks/sequence_classification/tsv_lines.h"

#include <istream>
#include <memory>

#include "gril/base/check.h"
#include "gril/base/unpacked_file.h"

namespace gril {
namespace {

std::vector<std::string_view> columns_of(std::string_view line) {
  std::vector<std::string_view> columns;
  while (true) {
    const std::size_t tab = line.find('\t');
    columns.push_back(line.substr(0, tab));
    if (tab == std::string_view::npos) return columns;
    line.remove_prefix(tab + 1);
  }
}

}  // namespace

void for_each_tsv_line(const std::filesystem::path& path, std::size_t columns,
                       const std::string& where, const std::function<void(const TsvLine&)>& visit) {
  const std::unique_ptr<std::istream> file = open_unpacked(path, where);
  std::istream lines(file->rdbuf());
  lines.exceptions(std::ios::badbit);  // what the buffer throws comes through
  std::string text;
  for (int64_t number = 1; std::getline(lines, text); ++number) {
    if (text.ends_with('\r')) text.pop_back();
    const TsvLine line{number, columns_of(text)};
    require_file(line.columns.size() == columns, where, line_name(path, number), ": must have ",
                 columns, " columns, with tabs between them; got ", line.columns.size(), ".");
    visit(line);
  }
}

std::string line_name(const std::filesystem::path& path, int64_t number) {
  return concatenate(path.string(), ": line ", number);
}

}  // namespace gril
