#include <algorithm>

#include "gril/report/behaviour_figures.h"
#include "gril/report/figure.h"
#include "gril/report/json_curves.h"
#include "gril/report/number_text.h"

namespace gril {
namespace {

Curve curve_of(const JsonValue& line, const std::string& name, Colour colour) {
  Curve curve{.name = name, .colour = colour};
  for (std::size_t i = 0; i < line["steps"].size(); ++i) {
    if (!line["losses"][i].is_number()) continue;
    curve.x.push_back(line["steps"][i].number());
    curve.y.push_back(line["losses"][i].number());
  }
  return curve;
}

HtmlTable learning_table(const JsonValue& curve) {
  HtmlTable table{{"step", "evaluation loss"}, {}};
  const JsonValue& line = curve["evaluation"];
  for (std::size_t i = 0; i < line["steps"].size(); ++i) {
    table.rows.push_back({number_text(line["steps"][i]), number_text(line["losses"][i], 6)});
  }
  return table;
}

/// What the losses are compared with: gradient descent and the prediction 0, as far as known.
void add_levels(LineFigure& figure, const AnalysisFiles& files, double last) {
  if (files.has("predictions")) {
    const JsonValue& loss = files.part("predictions")["loss"];
    // The first batches of an untrained network may lie far above: they would flatten the rest.
    figure.highest_y = 1.4 * loss["null"]["value"].number();
    figure.curves.push_back(level("tuned gradient descent",
                                  loss["gradient_descent"]["value"].number(), 0, last,
                                  Colour::kGradientDescent, Stroke::kDashed));
    figure.curves.push_back(level("always predicting 0", loss["null"]["value"].number(), 0, last,
                                  Colour::kReference, Stroke::kDotted));
    return;
  }
  if (!files.has("algorithms")) return;
  for (const JsonValue& algorithm : files.part("algorithms")["algorithms"].elements()) {
    if (algorithm["steps"].count() != 1) continue;
    figure.curves.push_back(level("one tuned gradient-descent step", algorithm["loss"].number(), 0,
                                  last, Colour::kGradientDescent, Stroke::kDashed));
  }
}

std::string caption_of(const AnalysisFiles& files) {
  const std::string losses =
      "Loss on training batches, mean per log line, and on the evaluation prompts, which no batch "
      "shares";
  if (files.has("predictions")) {
    return losses +
           "; losses beyond the axis are cut off. Dashed: one gradient-descent step with the tuned "
           "rate.";
  }
  return losses + ".";
}

}  // namespace

HtmlFigure learning_curve_figure(const AnalysisFiles& files) {
  const JsonValue& curve = files.part("learning_curve");
  LineFigure figure{.x_label = "training steps", .y_label = loss_label(files)};
  const Curve training = curve_of(curve["training"], "training batches", Colour::kReference);
  const Curve evaluation =
      curve_of(curve["evaluation"], "network, evaluation prompts", Colour::kModel);
  const double last = std::max(training.x.empty() ? 1.0 : training.x.back(),
                               evaluation.x.empty() ? 1.0 : evaluation.x.back());
  if (!training.x.empty()) figure.curves.push_back(training);
  if (!evaluation.x.empty() || training.x.empty()) figure.curves.push_back(evaluation);
  figure.logarithmic_y = !files.has("predictions") && spans_decades(figure.curves);
  figure.from_zero = !figure.logarithmic_y;
  add_levels(figure, files, last);
  return {.title = "Learning curve",
          .drawing = draw(figure, "learning", "Loss over training steps"),
          .caption = caption_of(files),
          .data = learning_table(curve)};
}

}  // namespace gril
