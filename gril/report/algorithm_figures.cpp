#include "gril/report/behaviour_figures.h"
#include "gril/report/figure.h"
#include "gril/report/json_curves.h"
#include "gril/report/number_text.h"

namespace gril {
namespace {

constexpr Colour kAlgorithm = Colour::kGradientDescent;

/// "1 step", …, "ridge": short names for an axis.
std::vector<std::string> short_names(const JsonValue& algorithms) {
  std::vector<std::string> names;
  for (const JsonValue& algorithm : algorithms.elements()) {
    const auto steps = algorithm["steps"].count();
    names.push_back(steps == 0   ? "ridge"
                    : steps == 1 ? "1 step"
                                 : std::to_string(steps) + " steps");
  }
  return names;
}

/// One point per algorithm.
LineFigure figure_over(const JsonValue& algorithms, const char* key, const std::string& label,
                       const std::string& name) {
  LineFigure figure{.x_label = "algorithm, tuned", .y_label = label};
  figure.x_names = short_names(algorithms);
  figure.curves = {{.name = name,
                    .x = positions(algorithms.size()),
                    .y = column(algorithms, key),
                    .colour = kAlgorithm,
                    .stroke = Stroke::kPoints}};
  return figure;
}

void add_level(LineFigure& figure, const std::string& name, double value, Colour colour) {
  const double last = static_cast<double>(figure.x_names.size()) + 0.5;
  figure.curves.push_back(level(name, value, 0.5, last, colour, Stroke::kDashed));
}

HtmlFigure difference_figure(const JsonValue& found) {
  const JsonValue& rows = found["algorithms"];
  LineFigure figure = figure_over(rows, "prediction_difference", "mean square of the difference",
                                  "network and algorithm");
  figure.curves.front().y = floored(figure.curves.front().y);
  figure.logarithmic_y = true;
  add_level(figure, "the predictions themselves", found["prediction_square"].number(),
            Colour::kReference);
  return {.title = "Whose predictions are nearest",
          .drawing = draw(figure, "algorithms", "Difference of predictions per algorithm"),
          .caption =
              "Mean square of the difference between the predictions of the network and of "
              "each algorithm on the same prompts. Nearest: " +
              plain_text(found["nearest"]) + ".",
          .data = table_of(rows, {{"name", "algorithm"},
                                  {"prediction_difference", "difference"},
                                  {"prediction_cosine", "cosine"}})};
}

HtmlFigure loss_figure(const JsonValue& found, const AnalysisFiles& files) {
  const JsonValue& rows = found["algorithms"];
  LineFigure figure = figure_over(rows, "loss", loss_label(files), "algorithm");
  figure.from_zero = true;
  add_level(figure, "network", found["loss"].number(), Colour::kModel);
  return {.title = "Whose loss is nearest",
          .drawing = draw(figure, "algorithmlosses", "Loss per algorithm"),
          .caption = "An equal loss does not mean the same algorithm: compare the predictions.",
          .data = table_of(rows, {{"name", "algorithm"}, {"loss", "loss"}})};
}

HtmlFigure sensitivity_figure(const JsonValue& found) {
  const JsonValue& rows = found["algorithms"];
  const LineFigure figure =
      figure_over(rows, "sensitivity_cosine", "cosine", "network and algorithm");
  return {.title = "Whose sensitivities are nearest",
          .drawing = draw(figure, "algorithmsensitivities", "Cosine of sensitivities"),
          .caption =
              "Mean cosine between the derivatives of the predictions by the query; 1: the "
              "same direction. Nearest by their difference: " +
              plain_text(found["nearest_sensitivity"]) + ".",
          .data = table_of(rows, {{"name", "algorithm"},
                                  {"sensitivity_cosine", "cosine"},
                                  {"sensitivity_difference", "norm of the difference"}})};
}

}  // namespace

std::vector<HtmlFigure> algorithm_figures(const AnalysisFiles& files) {
  const JsonValue& found = files.part("algorithms");
  return {difference_figure(found), loss_figure(found, files), sensitivity_figure(found)};
}

}  // namespace gril
