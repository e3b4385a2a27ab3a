#include "gril/base/text_table.h"

#include <algorithm>

namespace gril {
namespace {

/// Characters as a terminal shows them: bytes that continue a UTF-8 character do not count.
std::size_t display_width(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
  }));
}

}  // namespace

std::string text_table(const std::vector<std::vector<std::string>>& rows) {
  if (rows.empty()) return "";
  std::vector<std::size_t> widths(rows.front().size(), 0);
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths.at(i) = std::max(widths.at(i), display_width(row[i]));
    }
  }
  std::string table;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i + 1 < row.size(); ++i) {
      table += row[i] + std::string(widths[i] - display_width(row[i]) + 2, ' ');
    }
    table += row.back() + "\n";
  }
  return table;
}

}  // namespace gril
