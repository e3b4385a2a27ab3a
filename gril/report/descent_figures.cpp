#include "gril/report/descent_figures.h"

#include <algorithm>
#include <map>

#include "gril/report/figure.h"
#include "gril/report/json_curves.h"
#include "gril/report/number_text.h"

namespace gril {
namespace {

/// Several steps with the same size per example, where the analysis compared with them.
void add_several_steps(LineFigure& figure, const JsonValue& rows) {
  if (rows.empty() || !rows.front().has("free_steps")) return;
  figure.curves.push_back({.name = "best steps as many as layers, same size per example",
                           .x = column(rows, "examples"),
                           .y = column(rows, "free_steps"),
                           .colour = Colour::kThird,
                           .stroke = Stroke::kDashed});
}

/// What a reader needs to know of a sweep.
struct ShiftText {
  const char* title;
  const char* axis;
  const char* drawing;  ///< its name in the page
  const char* caption;
};

const ShiftText& shift_text(const std::string& shift) {
  static const std::map<std::string, ShiftText> texts{
      {"input_range",
       {"Other input ranges", "input range r", "range",
        "Inputs are uniform in (-r/2, r/2). Nothing is tuned again, neither for the network nor "
        "for "
        "gradient descent."}},
      {"weight_scale",
       {"Other weight scales", "weight scale s", "scale",
        "Targets are s times larger. One step from zero weights is linear in the labels, so "
        "gradient descent's loss grows as s²."}},
      {"input_correlation",
       {"Correlated inputs", "correlation ρ", "correlation",
        "Coordinates i and j of an input have the correlation ρ^|i-j|. Nothing is tuned again."}},
      {"heavy_tailed_noise",
       {"Labels with heavy-tailed noise", "noise scale z", "noise",
        "z times a number of Student's t is added to every label, the query's too. Nothing is "
        "tuned again."}}};
  return texts.at(shift);
}

}  // namespace

HtmlFigure context_length_figure(const AnalysisFiles& files) {
  const JsonValue& rows = files.part("context_length")["points"];
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
  add_several_steps(figure, rows);
  figure.from_zero = true;
  figure.marked_x = files.part("context_length")["trained_examples"].number();
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
  const ShiftText& text = shift_text(shift);
  const JsonValue& rows = files.part("out_of_distribution")[shift]["points"];
  LineFigure figure{.x_label = text.axis, .y_label = loss_label(files)};
  figure.curves = {
      estimate_curve(rows, "setting", "model", "network", Colour::kModel, Stroke::kSolid),
      estimate_curve(rows, "setting", "gradient_descent", "gradient descent, same rate",
                     Colour::kGradientDescent, Stroke::kDashed)};
  figure.logarithmic_y = true;
  figure.marked_x = files.part("out_of_distribution")[shift]["trained_setting"].number();
  figure.mark = "trained";
  return {.title = text.title,
          .drawing = draw(figure, text.drawing, "Loss over " + figure.x_label),
          .caption = text.caption,
          .data = table_of(rows, {{"setting", figure.x_label},
                                  {"model", "network"},
                                  {"gradient_descent", "gradient descent"},
                                  {"ratio", "ratio"}})};
}

HtmlFigure distances_figure(const AnalysisFiles& files) {
  const JsonValue& rows = files.part("out_of_distribution")["input_range"]["points"];
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
  figure.lowest_right = 0.99;
  for (const double cosine : finite_numbers(figure.curves.back().y)) {
    figure.lowest_right = std::min(figure.lowest_right, cosine);
  }
  figure.highest_right = 1.0;
  figure.from_zero = true;
  figure.marked_x = files.part("out_of_distribution")["input_range"]["trained_setting"].number();
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
  const JsonValue& descent = files.part("gradient_descent");
  const auto rates = descent["scan"]["learning_rates"].numbers();
  const auto losses = descent["scan"]["losses"].numbers(rates.size());
  const double best = descent["learning_rate"].number();
  LineFigure figure{.x_label = "learning rate η", .y_label = loss_label(files)};
  Curve scan{.name = "one step, tuning prompts", .colour = Colour::kGradientDescent};
  HtmlTable table{{"learning rate", "loss"}, {}};
  for (std::size_t i = 0; i < rates.size() && rates[i] <= 2.2 * best; ++i) {
    scan.x.push_back(rates[i]);
    scan.y.push_back(losses[i]);
    table.rows.push_back({number_text(rates[i]), number_text(losses[i])});
  }
  const JsonValue& closed = descent["closed_form"];
  Curve point{.name = "closed form",
              .x = {closed["learning_rate"].number()},
              .y = {closed["loss"].number()},
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
