#include "gril/tasks/in_context/labelled_table.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <istream>
#include <map>
#include <memory>

#include "gril/base/check.h"
#include "gril/base/csv_table.h"
#include "gril/base/nearest_word.h"
#include "gril/base/table_cell.h"
#include "gril/base/unpacked_file.h"

namespace gril {
namespace {

constexpr std::size_t kMostNumbers = std::size_t{1} << 26;

/// A column by its name, otherwise by its number, counted from 1.
std::size_t find_column(const CsvTable& table, const std::string& name, const std::string& key,
                        const LabelledTableOptions& options, const std::string& where) {
  const std::vector<std::string>& columns = table.columns();
  const auto found = std::find(columns.begin(), columns.end(), name);
  if (found != columns.end()) return static_cast<std::size_t>(found - columns.begin());
  constexpr std::size_t kMostDigits = 9;
  const bool number = !name.empty() && name.size() <= kMostDigits &&
                      name.find_first_not_of("0123456789") == std::string::npos;
  const std::size_t position = number ? std::stoul(name) : 0;
  require(position >= 1 && position <= columns.size(), where, key, " must name a column of ",
          table.name(), " or be its number, 1 to ", columns.size(), "; got \"", name, "\".",
          suggestion(name, columns),
          options.header ? " Set header = false if the first line is a row." : "");
  return position - 1;
}

/// What every column is for.
struct Columns {
  std::size_t label = 0;
  std::vector<std::size_t> features;
};

Columns choose(const CsvTable& table, const LabelledTableOptions& options,
               const std::string& where) {
  Columns columns;
  columns.label = options.label.empty()
                      ? table.columns().size() - 1
                      : find_column(table, options.label, "label", options, where);
  std::vector<bool> used(table.columns().size(), true);
  for (const std::string& name : options.drop) {
    used[find_column(table, name, "drop", options, where)] = false;
  }
  require(used[columns.label], where, "drop must not name the label; got \"",
          table.columns()[columns.label], "\".");
  used[columns.label] = false;
  for (std::size_t i = 0; i < used.size(); ++i) {
    if (used[i]) columns.features.push_back(i);
  }
  require(!columns.features.empty(), where, table.name(),
          " must have a column beside the label; got none. Drop fewer columns.");
  return columns;
}

double number_in(const CsvTable& table, std::size_t column, const std::string& where) {
  const std::string_view field = table.fields()[column];
  const Cell cell = read_cell(field);
  const bool missing = cell.kind == CellKind::kMissing;
  require_file(cell.kind == CellKind::kNumber, where, table.name(), ": ", table.row_name(),
               ", column \"", table.columns()[column],
               cell.kind == CellKind::kTooLarge ? "\" must be a number of at most 1e100"
                                                : "\" must be a number",
               "; got ", missing && field.empty() ? "an empty cell" : concatenate('"', field, '"'),
               missing ? ". Leave the row out, or drop the column."
                       : ". Correct the cell, or drop the column.");
  return cell.value;
}

}  // namespace

LabelledTable read_labelled_table(const std::filesystem::path& path,
                                  const LabelledTableOptions& options, const std::string& where) {
  const std::unique_ptr<std::istream> input = open_unpacked(path, where);
  CsvTable rows(*input, where, path.string(), {.header = options.header});
  const Columns columns = choose(rows, options, where);
  LabelledTable table;
  std::map<std::string, int64_t, std::less<>> numbers_of;
  std::vector<double> features;
  while (rows.next_row()) {
    const std::string_view name = rows.fields()[columns.label];
    require_file(!name.empty(), where, rows.name(), ": ", rows.row_name(),
                 " must have a class; got an empty label. Leave the row out.");
    auto known = numbers_of.find(name);
    if (known == numbers_of.end()) {
      known = numbers_of.emplace(name, static_cast<int64_t>(table.classes.size())).first;
      table.classes.emplace_back(name);
    }
    table.labels.push_back(known->second);
    for (const std::size_t column : columns.features) {
      features.push_back(number_in(rows, column, where));
    }
    require_file(features.size() <= kMostNumbers, where, rows.name(), ": must hold at most ",
                 kMostNumbers, " numbers; got more. Give a smaller table.");
  }
  table.features = at::tensor(features, at::kDouble)
                       .reshape({static_cast<int64_t>(table.labels.size()),
                                 static_cast<int64_t>(columns.features.size())});
  return table;
}

}  // namespace gril
