#include "gril/report/behaviour_figures.h"
#include "gril/report/interval_figure.h"
#include "gril/report/json_curves.h"
#include "gril/report/number_text.h"

namespace gril {
namespace {

/// One row per method, without intervals.
std::vector<IntervalRow> rows_of(const JsonValue& algorithms, const char* key) {
  algorithms.check(!algorithms.empty(), "must be a list of at least 1");
  std::vector<IntervalRow> rows;
  for (const JsonValue& algorithm : algorithms.elements()) {
    const double value = algorithm[key].number();
    rows.push_back({.name = plain_text(algorithm["name"]),
                    .value = value,
                    .low = value,
                    .high = value,
                    .colour = Colour::kGradientDescent});
  }
  return rows;
}

HtmlFigure divergence_figure(const JsonValue& found) {
  const JsonValue& algorithms = found["algorithms"];
  IntervalFigure figure{.x_label = "mean divergence, nats", .logarithmic_x = true};
  figure.rows = rows_of(algorithms, "divergence");
  for (IntervalRow& row : figure.rows) {
    row.value = row.low = row.high = floored({row.value}).front();
  }
  return {.title = "Whose distributions are nearest",
          .drawing = draw(figure, "divergences", "Divergence from each method"),
          .caption =
              "Mean Kullback-Leibler divergence of the network's distributions over classes "
              "from those of each method on the same prompts. Nearest: " +
              plain_text(found["nearest"]) + ".",
          .data = table_of(algorithms, {{"name", "method"},
                                        {"divergence", "divergence"},
                                        {"agreement", "share of equal choices"}})};
}

HtmlFigure class_loss_figure(const JsonValue& found, const AnalysisFiles& files) {
  const JsonValue& algorithms = found["algorithms"];
  const double loss = found["loss"].number();
  IntervalFigure figure{.x_label = loss_label(files), .marked_x = loss};
  figure.rows = rows_of(algorithms, "loss");
  figure.rows.push_back({.name = "network", .value = loss, .low = loss, .high = loss});
  return {.title = "Whose loss is nearest",
          .drawing = draw(figure, "classlosses", "Loss of the network and of each method"),
          .caption = "Dashed line: the network, with an accuracy of " +
                     number_text(found["accuracy"]) + ".",
          .data = table_of(algorithms,
                           {{"name", "method"}, {"loss", "loss"}, {"accuracy", "accuracy"}})};
}

}  // namespace

std::vector<HtmlFigure> classification_figures(const AnalysisFiles& files) {
  const JsonValue& found = files.part("classification");
  return {divergence_figure(found), class_loss_figure(found, files)};
}

}  // namespace gril
