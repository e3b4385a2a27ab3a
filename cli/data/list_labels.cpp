#include "cli/data/list_labels.h"

#include <optional>

#include "gril/base/check.h"
#include "gril/synthetic_data/list_operations_expression.h"
#include "gril/tasks/sequence_classification/list_operations.h"
#include "gril/tasks/sequence_classification/tsv_lines.h"

namespace gril::cli {
namespace {

/// What is wrong with a line; empty for nothing.
std::string fault_of(const TsvLine& line) {
  const std::optional<ListExpression> expression = list_expression(list_words(line.columns[0]));
  if (!expression) return "the words must be one expression with all its brackets; got others.";
  const std::string value = std::to_string(list_value(*expression));
  if (line.columns[1] == value) return "";
  return concatenate("the label must be ", value, ", the value of the expression; got ",
                     line.columns[1], '.');
}

}  // namespace

void add_wrong_list_labels(WrongLines& wrong, const std::filesystem::path& file) {
  constexpr std::size_t kShown = 10;
  for_each_tsv_line(file, 2, "data check", [&](const TsvLine& line) {
    if (line.number == 1) return;  // the names of the columns
    const std::string fault = fault_of(line);
    if (fault.empty()) return;
    ++wrong.count;
    if (wrong.first.size() < kShown) {
      wrong.first.push_back(line_name(file, line.number) + ": " + fault);
    }
  });
}

}  // namespace gril::cli
