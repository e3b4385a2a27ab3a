#include "gril/base/check.h"
#include "gril/report/figure.h"
#include "gril/report/json_curves.h"
#include "gril/report/number_text.h"
#include "gril/report/step_figures.h"

namespace gril {
namespace {

/// "window 1 2 only": the name of a change as words.
std::string words_of(const Json& name) {
  std::string words = plain_text(name);
  for (char& letter : words) {
    if (letter == '_') letter = ' ';
  }
  return words;
}

HtmlFigure layer_figure(const AnalysisFiles& files, int layer) {
  const Json& found = files.part("ablations");
  LineFigure figure{.x_label = "change", .y_label = loss_label(files)};
  Json rows = Json::array();
  for (const Json& row : found["ablations"]) {
    if (row["layer"] != layer) continue;
    rows.push_back(row);
    rows.back()["place"] = rows.size();
    figure.x_names.push_back(words_of(row["name"]));
  }
  Curve losses =
      estimate_curve(rows, "place", "loss", "changed network", Colour::kThird, Stroke::kPoints);
  losses.low.clear();
  losses.high.clear();
  const double last = static_cast<double>(rows.size()) + 0.5;
  figure.curves = {losses,
                   level("network", found["loss"]["value"].get<double>(), 0.5, last, Colour::kModel,
                         Stroke::kDashed),
                   level("always predicting 0", found["null_loss"].get<double>(), 0.5, last,
                         Colour::kReference, Stroke::kDotted)};
  figure.from_zero = true;
  const bool several = found["layers"].get<int>() > 1;
  return {.title = several ? concatenate("Without parts of layer ", layer) : "Without single parts",
          .drawing = draw(figure, concatenate("ablations", layer), "Loss without single parts"),
          .caption = "One part of the trained network is changed and nothing trained again.",
          .data = table_of(rows, {{"name", "change"}, {"loss", "loss"}, {"ratio", "ratio"}})};
}

}  // namespace

std::vector<HtmlFigure> ablation_figures(const AnalysisFiles& files) {
  std::vector<HtmlFigure> figures;
  const int layers = files.part("ablations")["layers"].get<int>();
  for (int layer = 1; layer <= layers; ++layer) figures.push_back(layer_figure(files, layer));
  return figures;
}

HtmlFigure interpolation_figure(const AnalysisFiles& files) {
  const Json& line = files.part("interpolation");
  const auto positions = line["positions"].get<std::vector<double>>();
  const auto losses = line["losses"].get<std::vector<double>>();
  LineFigure figure{.x_label = "from trained (0) to constructed weights (1)",
                    .y_label = loss_label(files)};
  figure.curves = {{.name = "network between both", .x = positions, .y = losses}};
  figure.from_zero = true;
  HtmlTable table{{"position", "loss"}, {}};
  for (std::size_t i = 0; i < positions.size(); ++i) {
    table.rows.push_back({number_text(positions[i]), number_text(losses[i])});
  }
  return {.title = "Between trained and constructed weights",
          .drawing = draw(figure, "interpolation", "Loss on the line to the construction"),
          .caption = "Both in the same coordinates; the construction has the step size " +
                     number_text(line["step_size"]) +
                     " of the trained weights. A flat line: both lie in one basin.",
          .data = table};
}

}  // namespace gril
