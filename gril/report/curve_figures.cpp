#include <algorithm>

#include "gril/report/figure.h"
#include "gril/report/number_text.h"
#include "gril/report/run_figures.h"

namespace gril {
namespace {

std::vector<double> column(const Json& rows, const char* key) {
  std::vector<double> values;
  for (const Json& row : rows) values.push_back(row[key].get<double>());
  return values;
}

/// A curve with band out of rows whose `key` is an estimate.
Curve estimate_curve(const Json& rows, const char* x, const char* key, const std::string& name,
                     Colour colour, Stroke stroke) {
  Curve curve{.name = name, .x = column(rows, x), .colour = colour, .stroke = stroke};
  for (const Json& row : rows) {
    curve.y.push_back(row[key]["value"].get<double>());
    curve.low.push_back(row[key]["low"].get<double>());
    curve.high.push_back(row[key]["high"].get<double>());
  }
  return curve;
}

/// A horizontal line from `first` to `last`.
Curve level(const std::string& name, double y, double first, double last, Colour colour,
            Stroke stroke) {
  return {.name = name, .x = {first, last}, .y = {y, y}, .colour = colour, .stroke = stroke};
}

/// One row per row of JSON, with the listed keys; estimates become value and interval.
HtmlTable table_of(const Json& rows, const std::vector<std::pair<std::string, std::string>>& keys) {
  HtmlTable table;
  for (const auto& [key, title] : keys) {
    table.columns.push_back(title);
    if (rows.front()[key].is_object()) table.columns.emplace_back("95 % interval");
  }
  for (const Json& row : rows) {
    std::vector<std::string> cells;
    for (const auto& [key, title] : keys) {
      const Json& value = row[key];
      cells.push_back(number_text(value.is_object() ? value["value"] : value));
      if (value.is_object()) cells.push_back(interval_text(value));
    }
    table.rows.push_back(cells);
  }
  return table;
}

Curve curve_of(const Json& line, const std::string& name, Stroke stroke) {
  Curve curve{.name = name, .stroke = stroke};
  for (std::size_t i = 0; i < line["steps"].size(); ++i) {
    if (!line["losses"][i].is_number()) continue;
    curve.x.push_back(line["steps"][i].get<double>());
    curve.y.push_back(line["losses"][i].get<double>());
  }
  return curve;
}

HtmlTable learning_table(const Json& curve) {
  HtmlTable table{{"step", "evaluation loss"}, {}};
  const Json& line = curve["evaluation"];
  for (std::size_t i = 0; i < line["steps"].size(); ++i) {
    table.rows.push_back({number_text(line["steps"][i]), number_text(line["losses"][i], 6)});
  }
  return table;
}

}  // namespace

HtmlFigure learning_curve_figure(const AnalysisFiles& files) {
  LineFigure figure{.x_label = "training steps", .y_label = loss_label(files), .from_zero = true};
  const Curve training =
      curve_of(files.learning_curve["training"], "training batches", Stroke::kSolid);
  Curve batches = training;
  batches.colour = Colour::kReference;
  const Curve evaluation =
      curve_of(files.learning_curve["evaluation"], "network, evaluation prompts", Stroke::kSolid);
  const double last = std::max(training.x.empty() ? 1.0 : training.x.back(),
                               evaluation.x.empty() ? 1.0 : evaluation.x.back());
  const Json& loss = files.predictions["loss"];
  // The first batches of an untrained network may lie far above: they would flatten the rest.
  figure.highest_y = 1.4 * loss["null"]["value"].get<double>();
  if (!batches.x.empty()) figure.curves.push_back(batches);
  if (!evaluation.x.empty()) figure.curves.push_back(evaluation);
  figure.curves.push_back(level("tuned gradient descent", loss["gradient_descent"]["value"], 0,
                                last, Colour::kGradientDescent, Stroke::kDashed));
  figure.curves.push_back(level("always predicting 0", loss["null"]["value"], 0, last,
                                Colour::kReference, Stroke::kDotted));
  return {
      .title = "Learning curve",
      .drawing = draw(figure, "learning", "Loss over training steps"),
      .caption =
          "Loss on training batches, mean per log line, and on the evaluation prompts, which no "
          "batch shares; losses beyond the axis are cut off. Dashed: one gradient-descent step "
          "with the tuned rate.",
      .data = learning_table(files.learning_curve)};
}

HtmlFigure context_length_figure(const AnalysisFiles& files) {
  const Json& rows = files.context_length["points"];
  LineFigure figure{.x_label = "context examples", .y_label = loss_label(files)};
  figure.curves = {
      estimate_curve(rows, "examples", "model", "network", Colour::kModel, Stroke::kSolid),
      {.name = "gradient descent, same step per example",
       .x = column(rows, "examples"),
       .y = column(rows, "same_step"),
       .colour = Colour::kThird,
       .stroke = Stroke::kDotted},
      estimate_curve(rows, "examples", "gradient_descent", "gradient descent, tuned per length",
                     Colour::kGradientDescent, Stroke::kDashed),
      {.name = "least squares",
       .x = column(rows, "examples"),
       .y = column(rows, "least_squares"),
       .colour = Colour::kExactSolution,
       .stroke = Stroke::kDotted}};
  figure.from_zero = true;
  figure.marked_x = files.context_length["trained_examples"].get<double>();
  figure.mark = "trained";
  return {
      .title = "Loss over context length",
      .drawing = draw(figure, "context", "Loss over the number of context examples"),
      .caption =
          "Every length has prompts of its own. Purple: gradient descent whose step per example is "
          "that of the trained length, as the construction's; beyond it such a step "
          "overshoots. Dashed: with the rate tuned for each length.",
      .data = table_of(rows, {{"examples", "examples"},
                              {"model", "network"},
                              {"gradient_descent", "tuned gradient descent"},
                              {"learning_rate", "its rate"},
                              {"same_step", "same step"},
                              {"least_squares", "least squares"}})};
}

HtmlFigure shift_figure(const AnalysisFiles& files, const std::string& shift) {
  const bool range = shift == "input_range";
  const Json& rows = files.out_of_distribution[shift]["points"];
  LineFigure figure{.x_label = range ? "input range r" : "weight scale s",
                    .y_label = loss_label(files)};
  figure.curves = {
      estimate_curve(rows, "setting", "model", "network", Colour::kModel, Stroke::kSolid),
      estimate_curve(rows, "setting", "gradient_descent", "gradient descent, same rate",
                     Colour::kGradientDescent, Stroke::kDashed)};
  figure.logarithmic_y = true;
  figure.marked_x = files.out_of_distribution[shift]["trained_setting"].get<double>();
  figure.mark = "trained";
  return {.title = range ? "Other input ranges" : "Other weight scales",
          .drawing = draw(figure, range ? "range" : "scale", "Loss over " + figure.x_label),
          .caption =
              range ? "Inputs are uniform in (-r/2, r/2). Nothing is tuned again, neither for the "
                      "network nor for gradient descent."
                    : "Targets are s times larger. One step from zero weights is linear in the "
                      "labels, so gradient descent's loss grows as s².",
          .data = table_of(rows, {{"setting", figure.x_label},
                                  {"model", "network"},
                                  {"gradient_descent", "gradient descent"},
                                  {"ratio", "ratio"}})};
}

HtmlFigure distances_figure(const AnalysisFiles& files) {
  const Json& rows = files.out_of_distribution["input_range"]["points"];
  LineFigure figure{
      .x_label = "input range r", .y_label = "distance", .right_label = "cosine of sensitivities"};
  const auto curve = [&](const char* key, const char* name, Colour colour, Stroke stroke) {
    return Curve{.name = name,
                 .x = column(rows, "setting"),
                 .y = column(rows, key),
                 .colour = colour,
                 .stroke = stroke};
  };
  figure.curves = {
      curve("prediction_distance", "predictions, distance", Colour::kModel, Stroke::kSolid),
      curve("sensitivity_distance", "sensitivities, distance", Colour::kExactSolution,
            Stroke::kDashed),
      curve("sensitivity_cosine", "sensitivities, cosine (right)", Colour::kThird,
            Stroke::kDotted)};
  figure.curves.back().right_axis = true;
  const std::vector<double>& cosines = figure.curves.back().y;
  figure.lowest_right = std::min(0.99, *std::min_element(cosines.begin(), cosines.end()));
  figure.highest_right = 1.0;
  figure.from_zero = true;
  figure.marked_x = files.out_of_distribution["input_range"]["trained_setting"].get<double>();
  figure.mark = "trained";
  return {.title = "Distance from gradient descent",
          .drawing = draw(figure, "distances", "Distances and cosine over the input range"),
          .caption =
              "Mean L2 distances between network and gradient descent with the same rate: "
              "of the predictions, and of their derivatives by the query, whose cosine is "
              "on the right-hand axis.",
          .data = table_of(rows, {{"setting", "input range r"},
                                  {"prediction_distance", "prediction distance"},
                                  {"sensitivity_distance", "sensitivity distance"},
                                  {"sensitivity_cosine", "sensitivity cosine"}})};
}

HtmlFigure learning_rate_figure(const AnalysisFiles& files) {
  const Json& descent = files.gradient_descent;
  const auto rates = descent["scan"]["learning_rates"].get<std::vector<double>>();
  const auto losses = descent["scan"]["losses"].get<std::vector<double>>();
  const double best = descent["learning_rate"].get<double>();
  LineFigure figure{.x_label = "learning rate η", .y_label = loss_label(files)};
  Curve scan{.name = "one step, tuning prompts", .colour = Colour::kGradientDescent};
  HtmlTable table{{"learning rate", "loss"}, {}};
  for (std::size_t i = 0; i < rates.size() && rates[i] <= 2.2 * best; ++i) {
    scan.x.push_back(rates[i]);
    scan.y.push_back(losses[i]);
    table.rows.push_back({number_text(rates[i]), number_text(losses[i])});
  }
  const Json& closed = descent["closed_form"];
  Curve point{.name = "closed form",
              .x = {closed["learning_rate"].get<double>()},
              .y = {closed["loss"].get<double>()},
              .colour = Colour::kExactSolution,
              .stroke = Stroke::kPoints};
  figure.curves = {scan, point};
  figure.marked_x = best;
  figure.mark = "tuned: " + number_text(best, 4);
  return {.title = "Tuning gradient descent",
          .drawing = draw(figure, "rate", "Loss of gradient descent over its learning rate"),
          .caption =
              "The rate is tuned on prompts of its own, never on those of the comparison. "
              "The point is the optimum over the task's law.",
          .data = table};
}

}  // namespace gril
