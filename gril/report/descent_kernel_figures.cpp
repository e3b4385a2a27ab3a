#include "gril/base/check.h"
#include "gril/report/decompiler_figures.h"
#include "gril/report/figure.h"
#include "gril/report/matrix_table.h"
#include "gril/report/number_text.h"

namespace gril {
namespace {

/// C_k[k'][i][j] as a matrix: rows y_k' x_i of the examples, columns the query's x_j, output after
/// output. Gradient descent has η/N times the identity.
Matrix step_matrix(const std::vector<std::vector<Matrix>>& kernel) {
  Matrix rows;
  for (std::size_t label = 0; label < kernel.front().size(); ++label) {
    for (std::size_t i = 0; i < kernel.front()[label].size(); ++i) {
      rows.emplace_back();
      for (const auto& output : kernel) {
        for (const double value : output[label][i]) rows.back().push_back(value);
      }
    }
  }
  return rows;
}

/// "y1x1", … or "ŷ1 x1", …: two numbers from 1.
std::vector<std::string> two_indices(const std::string& first, std::size_t firsts,
                                     const std::string& second, std::size_t seconds) {
  std::vector<std::string> names;
  for (std::size_t i = 1; i <= firsts; ++i) {
    for (std::size_t j = 1; j <= seconds; ++j) {
      names.push_back(concatenate(first, i, second, j));
    }
  }
  return names;
}

}  // namespace

HtmlFigure descent_kernel_figure(const AnalysisFiles& files) {
  const JsonValue& descent = files.part("descent");
  const auto kernel = descent["averaged"].tensor();
  const Matrix& first = kernel.front().front();
  descent["averaged"].check(first.size() == first.front().size(),
                            "must hold square matrices, inputs times inputs");
  const Matrix matrix = step_matrix(kernel);
  const std::size_t outputs = kernel.size();
  const std::size_t inputs = matrix.size() / kernel.front().size();
  HeatMap map{.values = matrix,
              .row_names = two_indices("y", kernel.front().size(), "x", inputs),
              .column_names = two_indices("ŷ", outputs, " x", inputs),
              .x_label = "output and the query's input",
              .y_label = "an example's label × input",
              .print_values = matrix.size() <= 6};
  for (std::size_t k = 1; k < outputs; ++k) map.column_splits.push_back(k * inputs);
  map.row_splits = map.column_splits;
  const std::string rate = number_text(descent["learning_rate_per_example"], 4);
  const std::string best = number_text(descent["expected_rate_per_example"], 4);
  return {.title = "Kernel memory × query",
          .drawing = draw(map, "descentkernel", "Kernel memory × query"),
          .caption =
              "Mean over the examples' ages. One gradient-descent step is η/N times the "
              "identity; here the diagonal is " +
              rate + ", the best rate over the task's law is " + best +
              ", and off the diagonal there is at most " + number_text(descent["off_diagonal"], 3) +
              " of the diagonal.",
          .data = matrix_table(matrix, "example \\ query", {map.row_names, map.column_names})};
}

HtmlTable instantaneous_table(const AnalysisFiles& files) {
  const JsonValue& descent = files.part("descent");
  const auto squares = descent["instantaneous"]["squares"].matrix();
  HtmlTable table{{"output", "term", "network", "gradient descent, best rate"}, {}};
  for (std::size_t k = 0; k < squares.size(); ++k) {
    for (std::size_t i = 0; i < squares[k].size(); ++i) {
      table.rows.push_back({std::to_string(k + 1), concatenate('x', i + 1, "² y", k + 1),
                            number_text(squares[k][i]),
                            number_text(descent["expected_rate_per_example"])});
    }
  }
  return table;
}

}  // namespace gril
