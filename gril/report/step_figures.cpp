#include "gril/report/step_figures.h"

#include <cmath>

#include "gril/base/check.h"
#include "gril/report/figure.h"
#include "gril/report/json_curves.h"
#include "gril/report/matrix_table.h"
#include "gril/report/number_text.h"

namespace gril {
namespace {

/// "11.57" or "3 + 2 i".
std::string size_text(const JsonValue& size, bool complex) {
  const std::string real = number_text(size["real"]);
  const double imaginary = size["imaginary"].number();
  if (!complex || imaginary == 0.0) return real;
  return real + (imaginary > 0.0 ? " + " : " - ") + number_text(std::abs(imaginary)) + " i";
}

/// A row of the table: `steps` sizes, then what is said of them.
std::vector<std::string> sizes_row(const std::string& whose, const JsonValue& fit,
                                   std::size_t steps, const std::vector<std::string>& said) {
  const JsonValue sizes = fit["step_sizes"];
  sizes.check(sizes.size() == steps, concatenate("must be a list of ", steps, " step sizes"));
  std::vector<std::string> row = {whose};
  for (const JsonValue& size : sizes.elements()) {
    row.push_back(size_text(size, fit["complex"].flag()));
  }
  row.insert(row.end(), said.begin(), said.end());
  return row;
}

}  // namespace

HtmlTable step_sizes_table(const AnalysisFiles& files) {
  const JsonValue& sizes = files.part("step_sizes");
  const JsonValue behaviour = sizes["behaviour"];
  const std::size_t steps = behaviour["step_sizes"].size();
  HtmlTable table{{"step sizes of"}, {}};
  for (std::size_t k = 1; k <= steps; ++k) table.columns.push_back(concatenate("η ", k));
  table.columns.insert(table.columns.end(), {"explained", "loss"});
  table.rows.push_back(
      sizes_row("the network's answers", behaviour, steps,
                {number_text(behaviour["explained"], 6), number_text(behaviour["loss"])}));
  if (files.has("paths") && applies(files.part("paths")) &&
      files.part("paths")["step_sizes"].size() == steps) {
    table.rows.push_back(sizes_row("the network's weights", files.part("paths"), steps, {"", ""}));
  }
  table.rows.push_back(
      sizes_row("the best steps", sizes["free"], steps, {"", number_text(sizes["free"]["loss"])}));
  std::vector<std::string> shared = {"the best steps of one size"};
  shared.insert(shared.end(), steps, number_text(sizes["shared"]["step_size"]));
  shared.insert(shared.end(), {"", number_text(sizes["shared"]["loss"])});
  table.rows.push_back(shared);
  return table;
}

HtmlFigure paths_figure(const AnalysisFiles& files) {
  const JsonValue& rows = files.part("paths")["paths"];
  rows.check(!rows.empty(), "must be a list of at least 1");
  const std::size_t layers = rows.front()["size_by_layer"].size();
  Matrix matrix;
  HeatMap map{
      .x_label = "layer that hands it to the output", .y_label = "path", .sequential = true};
  HtmlTable table{{"path", "share", "size"}, {}};
  for (const JsonValue& row : rows.elements()) {
    map.row_names.push_back(plain_text(row["name"]));
    matrix.push_back(row["size_by_layer"].numbers(layers));
    table.rows.push_back(
        {map.row_names.back(), number_text(row["share"]), number_text(row["size"])});
  }
  map.column_names = {"none"};
  for (std::size_t layer = 1; layer < layers; ++layer) {
    map.column_names.push_back(std::to_string(layer));
  }
  map.values = matrix;
  map.print_values = layers <= 6;
  return {.title = "Paths of the predictions",
          .drawing = draw(map, "paths", "Size of each path per layer"),
          .caption =
              "Root mean square of each path's part over that of the predictions. Step n: values "
              "and keys come from tokens and the query went through n layers, as in gradient "
              "descent. Value, key: one of them is the output of an earlier layer, which saw its "
              "prefix only. Shares, below, sum to 1 and may be negative.",
          .data = table};
}

HtmlTable chains_table(const AnalysisFiles& files) {
  HtmlTable table{{"layers of the path", "coefficient", "cosine with gradient descent"}, {}};
  for (const JsonValue& chain : files.part("paths")["chains"].elements()) {
    std::string layers;
    for (const JsonValue& layer : chain["layers"].elements()) {
      layers += (layers.empty() ? "layer " : " → ") + std::to_string(layer.count());
    }
    table.rows.push_back({layers, number_text(chain["coefficient"]), number_text(chain["cosine"])});
  }
  return table;
}

HtmlFigure several_steps_figure(const AnalysisFiles& files, const std::string& shift) {
  const bool range = shift == "input_range";
  const JsonValue& found = files.part("several_steps");
  const JsonValue& free = found[shift]["free"]["points"];
  const JsonValue& shared = found[shift]["shared"]["points"];
  LineFigure figure{.x_label = range ? "input range r" : "weight scale s",
                    .y_label = loss_label(files)};
  figure.curves = {
      estimate_curve(free, "setting", "model", "network", Colour::kModel, Stroke::kSolid),
      estimate_curve(free, "setting", "gradient_descent", "best steps", Colour::kGradientDescent,
                     Stroke::kDashed),
      estimate_curve(shared, "setting", "gradient_descent", "best steps of one size",
                     Colour::kThird, Stroke::kDotted)};
  figure.logarithmic_y = true;
  figure.marked_x = found[shift]["free"]["trained_setting"].number();
  figure.mark = "trained";
  const std::string steps = concatenate(found["steps"].count(), " steps");
  return {.title = range ? "Several steps, other input ranges" : "Several steps, other scales",
          .drawing = draw(figure, range ? "stepsrange" : "stepsscale",
                          "Loss of network and " + steps + " over " + figure.x_label),
          .caption = "The network beside " + steps +
                     " of gradient descent whose sizes were tuned where it was trained.",
          .data = table_of(free, {{"setting", figure.x_label},
                                  {"model", "network"},
                                  {"gradient_descent", "best steps"},
                                  {"ratio", "ratio"}})};
}

}  // namespace gril
