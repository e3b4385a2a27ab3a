#include "gril/stream/table_columns.h"

#include <algorithm>

#include "gril/base/check.h"
#include "gril/base/config_section.h"

namespace gril::stream {
namespace {

constexpr std::string_view kWhere = "stream";
constexpr std::size_t kColumnsListed = 30;

std::string column_list(const std::vector<std::string>& columns) {
  std::string list;
  for (std::size_t i = 0; i < std::min(columns.size(), kColumnsListed); ++i) {
    list += (i == 0 ? "" : ", ") + columns[i];
  }
  if (columns.size() > kColumnsListed) {
    list += concatenate(" and ", columns.size() - kColumnsListed, " more");
  }
  return list;
}

std::size_t find_column(const std::vector<std::string>& columns, const std::string& name,
                        const std::string& option, const std::string& table) {
  const auto found = std::find(columns.begin(), columns.end(), name);
  if (found != columns.end()) return static_cast<std::size_t>(found - columns.begin());
  const std::string nearest = nearest_word(name, columns);
  const std::string hint = nearest.empty() ? "" : concatenate("Did you mean \"", nearest, "\"? ");
  require(false, kWhere, option, " must name a column of ", table, "; got \"", name, "\". ", hint,
          "Columns: ", column_list(columns), ".");
  return columns.size();
}

}  // namespace

ColumnChoice choose_columns(const std::vector<std::string>& columns, const ColumnOptions& options,
                            const std::string& table) {
  ColumnChoice choice;
  choice.target = find_column(columns, options.target, "--target", table);
  std::vector<bool> dropped(columns.size(), false);
  for (const std::string& name : options.dropped) {
    dropped[find_column(columns, name, "--drop", table)] = true;
  }
  require(!dropped[choice.target], kWhere, "--drop must not name the target; got \"",
          options.target, "\". Drop another column.");
  if (options.features.empty()) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (i != choice.target && !dropped[i]) choice.features.push_back(i);
    }
  }
  for (const std::string& name : options.features) {
    const std::size_t column = find_column(columns, name, "--features", table);
    const bool again =
        std::find(choice.features.begin(), choice.features.end(), column) != choice.features.end();
    require(column != choice.target && !dropped[column] && !again, kWhere,
            "--features must name columns once, without the target and dropped ones; got \"", name,
            "\". Take it out of one list.");
    choice.features.push_back(column);
  }
  require(!choice.features.empty(), kWhere, table,
          " must have a feature column beside the target; got none. Drop fewer columns.");
  for (const std::size_t column : choice.features) {
    choice.feature_names.push_back(columns[column]);
  }
  return choice;
}

}  // namespace gril::stream
