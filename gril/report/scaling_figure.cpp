#include <algorithm>

#include "gril/report/behaviour_figures.h"
#include "gril/report/figure.h"
#include "gril/report/json_curves.h"
#include "gril/report/number_text.h"

namespace gril {

HtmlFigure scaling_figure(const AnalysisFiles& files) {
  const JsonValue& scaling = files.part("scaling");
  const auto factors = scaling["factors"].numbers();
  const auto deviations = scaling["deviations"].numbers(factors.size());
  HtmlTable table{{"factor α", "deviation from α³ y(x)"}, {}};
  for (std::size_t i = 0; i < factors.size(); ++i) {
    table.rows.push_back({number_text(factors[i]), number_text(deviations[i])});
  }
  Curve line{.x = factors, .y = floored(deviations)};
  Curve points = line;
  points.name = "network";
  points.stroke = Stroke::kPoints;
  LineFigure figure{.x_label = "factor α of the inputs",
                    .y_label = "rms of y(αx) - α³ y(x), relative",
                    .logarithmic_y = true,
                    .curves = {line, points}};
  // From rounding to the size of the outputs: a deviation is small or large only beside these.
  figure.lowest_y = kAxisFloor;
  figure.highest_y = 1.0;
  for (const double deviation : finite_numbers(deviations)) {
    figure.highest_y = std::max(figure.highest_y, deviation);
  }
  return {.title = "Inputs of another size",
          .drawing = draw(figure, "scaling", "Deviation from cubic scaling over the factor"),
          .caption =
              "Linear attention answers to inputs α times as large with outputs α³ times as large, "
              "exactly. At 1 the deviation is as large as the outputs, at 1e-16 there is only "
              "rounding.",
          .data = table};
}

}  // namespace gril
