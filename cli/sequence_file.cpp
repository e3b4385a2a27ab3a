#include "cli/sequence_file.h"

#include <ATen/ATen.h>

#include <vector>

#include "gril/base/check.h"
#include "gril/stream/csv_table.h"
#include "gril/stream/table_cell.h"

namespace gril::cli {

torch::Tensor read_sequence(const std::filesystem::path& path) {
  std::ifstream input = stream::open_table(path);
  stream::CsvTable table(input, path.string());
  const auto width = static_cast<int64_t>(table.columns().size());
  std::vector<double> numbers;
  while (table.next_row()) {
    for (std::size_t column = 0; column < table.columns().size(); ++column) {
      const std::string_view field = table.fields()[column];
      const stream::Cell cell = stream::read_cell(field);
      require_file(cell.kind == stream::CellKind::kNumber, "analyze", path.string(), ": ",
                   table.row_name(), ", column \"", table.columns()[column],
                   "\" must be a number; got \"", field, "\". Correct the cell.");
      numbers.push_back(cell.value);
    }
  }
  return at::tensor(numbers, at::kDouble).reshape({-1, width});
}

}  // namespace gril::cli
