#include "cli/sequence_file.h"

#include <ATen/ATen.h>

#include <memory>
#include <vector>

#include "gril/base/check.h"
#include "gril/base/csv_table.h"
#include "gril/base/table_cell.h"
#include "gril/base/unpacked_file.h"

namespace gril::cli {

torch::Tensor read_sequence(const std::filesystem::path& path) {
  const std::unique_ptr<std::istream> input = open_unpacked(path, "analyze");
  CsvTable table(*input, "analyze", path.string());
  const auto width = static_cast<int64_t>(table.columns().size());
  std::vector<double> numbers;
  while (table.next_row()) {
    for (std::size_t column = 0; column < table.columns().size(); ++column) {
      const std::string_view field = table.fields()[column];
      const Cell cell = read_cell(field);
      require_file(cell.kind == CellKind::kNumber, "analyze", path.string(), ": ", table.row_name(),
                   ", column \"", table.columns()[column], "\" must be a number; got \"", field,
                   "\". Correct the cell.");
      numbers.push_back(cell.value);
    }
  }
  return at::tensor(numbers, at::kDouble).reshape({-1, width});
}

}  // namespace gril::cli
