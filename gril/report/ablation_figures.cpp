#include "gril/base/check.h"
#include "gril/report/figure.h"
#include "gril/report/json_curves.h"
#include "gril/report/number_text.h"
#include "gril/report/step_figures.h"

namespace gril {
namespace {

/// "window 1 2 only": the name of a change as words.
std::string words_of(const JsonValue& name) {
  std::string words = plain_text(name);
  for (char& letter : words) {
    if (letter == '_') letter = ' ';
  }
  return words;
}

HtmlFigure layer_figure(const AnalysisFiles& files, std::size_t layer) {
  const JsonValue& found = files.part("ablations");
  LineFigure figure{.x_label = "change", .y_label = loss_label(files)};
  Json kept = Json::array();
  for (const JsonValue& row : found["ablations"].elements()) {
    if (row["layer"].count() != layer) continue;
    kept.push_back(row.json());
    kept.back()["place"] = kept.size();
    figure.x_names.push_back(words_of(row["name"]));
  }
  const JsonValue rows = found["ablations"].replaced_by(kept);
  Curve losses =
      estimate_curve(rows, "place", "loss", "changed network", Colour::kThird, Stroke::kPoints);
  losses.low.clear();
  losses.high.clear();
  const double last = static_cast<double>(rows.size()) + 0.5;
  figure.curves = {
      losses,
      level("network", found["loss"]["value"].number(), 0.5, last, Colour::kModel, Stroke::kDashed),
      level("always predicting 0", found["null_loss"].number(), 0.5, last, Colour::kReference,
            Stroke::kDotted)};
  figure.from_zero = true;
  const bool several = found["layers"].count() > 1;
  return {.title = several ? concatenate("Without parts of layer ", layer) : "Without single parts",
          .drawing = draw(figure, concatenate("ablations", layer), "Loss without single parts"),
          .caption = "One part of the trained network is changed and nothing trained again.",
          .data = table_of(rows, {{"name", "change"}, {"loss", "loss"}, {"ratio", "ratio"}})};
}

}  // namespace

std::vector<HtmlFigure> ablation_figures(const AnalysisFiles& files) {
  std::vector<HtmlFigure> figures;
  const std::size_t layers = files.part("ablations")["layers"].count();
  for (std::size_t layer = 1; layer <= layers; ++layer)
    figures.push_back(layer_figure(files, layer));
  return figures;
}

HtmlFigure interpolation_figure(const AnalysisFiles& files) {
  const JsonValue& line = files.part("interpolation");
  const auto positions = line["positions"].numbers();
  const auto losses = line["losses"].numbers(positions.size());
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
