#include "gril/report/comparison_figures.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "gril/report/figure.h"
#include "gril/report/json_curves.h"
#include "gril/report/number_text.h"

namespace gril {
namespace {

using LossAtStep = std::map<double, double>;

LossAtStep evaluation_losses(const AnalysisFiles& run) {
  const JsonValue& line = run.part("learning_curve")["evaluation"];
  LossAtStep losses;
  for (std::size_t i = 0; i < line["steps"].size(); ++i) {
    if (line["losses"][i].is_number())
      losses[line["steps"][i].number()] = line["losses"][i].number();
  }
  return losses;
}

/// The steps that every run was evaluated at.
std::vector<double> shared_steps(const std::vector<LossAtStep>& runs) {
  std::vector<double> steps;
  for (const auto& [step, loss] : runs.front()) {
    const bool everywhere = std::all_of(runs.begin(), runs.end(),
                                        [&](const LossAtStep& run) { return run.count(step) > 0; });
    if (everywhere) steps.push_back(step);
  }
  return steps;
}

/// Mean of several equally sampled curves, with the range of all of them as band.
Curve range_curve(const std::vector<std::vector<double>>& curves, const std::vector<double>& x,
                  const std::string& name) {
  Curve result{.name = name, .x = x};
  for (std::size_t i = 0; i < x.size(); ++i) {
    double sum = 0.0;
    double low = curves.front()[i];
    double high = low;
    for (const auto& curve : curves) {
      sum += curve[i];
      low = std::min(low, curve[i]);
      high = std::max(high, curve[i]);
    }
    result.y.push_back(sum / static_cast<double>(curves.size()));
    result.low.push_back(low);
    result.high.push_back(high);
  }
  return result;
}

HtmlTable range_table(const Curve& curve, const std::string& x_name) {
  HtmlTable table{{x_name, "mean", "lowest … highest"}, {}};
  for (std::size_t i = 0; i < curve.x.size(); ++i) {
    table.rows.push_back({number_text(curve.x[i]), number_text(curve.y[i]),
                          number_text(curve.low[i]) + " … " + number_text(curve.high[i])});
  }
  return table;
}

/// One line per run, in one colour.
void add_lines(LineFigure& figure, const std::vector<LossAtStep>& runs) {
  for (const LossAtStep& run : runs) {
    Curve line{.name = figure.curves.empty() ? "networks, one line per run" : ""};
    for (const auto& [step, loss] : run) {
      line.x.push_back(step);
      line.y.push_back(loss);
    }
    figure.curves.push_back(line);
  }
}

/// Mean over the runs of a loss that predictions.json holds.
double mean_level(const std::vector<AnalysisFiles>& runs, const char* key) {
  double sum = 0.0;
  for (const AnalysisFiles& run : runs) {
    sum += run.part("predictions")["loss"][key]["value"].number();
  }
  return sum / static_cast<double>(runs.size());
}

void add_levels(LineFigure& figure, const std::vector<AnalysisFiles>& runs, double last) {
  const bool known = std::all_of(runs.begin(), runs.end(),
                                 [](const AnalysisFiles& run) { return run.has("predictions"); });
  if (!known) return;
  figure.curves.push_back(level("tuned gradient descent", mean_level(runs, "gradient_descent"), 0.0,
                                last, Colour::kGradientDescent, Stroke::kDashed));
  figure.curves.push_back(level("always predicting 0", mean_level(runs, "null"), 0.0, last,
                                Colour::kReference, Stroke::kDotted));
}

HtmlTable line_table(const std::vector<Curve>& lines) {
  HtmlTable table{{"run", "step", "evaluation loss"}, {}};
  for (std::size_t run = 0; run < lines.size(); ++run) {
    for (std::size_t i = 0; i < lines[run].x.size(); ++i) {
      table.rows.push_back(
          {std::to_string(run + 1), number_text(lines[run].x[i]), number_text(lines[run].y[i])});
    }
  }
  return table;
}

std::vector<double> values_at(const LossAtStep& run, const std::vector<double>& steps) {
  std::vector<double> values;
  for (const double step : steps) values.push_back(run.at(step));
  return values;
}

}  // namespace

HtmlFigure learning_range_figure(const VariantAnalyses& variant) {
  std::vector<LossAtStep> runs;
  for (const AnalysisFiles& run : variant.runs) runs.push_back(evaluation_losses(run));
  const std::vector<double> steps = shared_steps(runs);
  LineFigure figure{.x_label = "training steps", .y_label = loss_label(variant.runs.front())};
  const bool shared = steps.size() > 1 || runs.size() == 1;
  if (shared) {
    std::vector<std::vector<double>> losses;
    for (const LossAtStep& run : runs) losses.push_back(values_at(run, steps));
    figure.curves = {range_curve(losses, steps, "networks, mean and range")};
  } else {
    add_lines(figure, runs);
  }
  const HtmlTable data =
      shared ? range_table(figure.curves.front(), "step") : line_table(figure.curves);
  figure.logarithmic_y = spans_decades(figure.curves);
  figure.from_zero = !figure.logarithmic_y;
  double last = 1.0;
  for (const LossAtStep& run : runs) last = std::max(last, run.empty() ? 0.0 : run.rbegin()->first);
  add_levels(figure, variant.runs, last);
  return {.title = "Learning curves",
          .drawing = draw(figure, "learning" + variant.name, "Loss over training steps"),
          .caption = shared
                         ? "Mean over seeds on the evaluation prompts; the band spans all seeds."
                         : "The runs were evaluated at other steps, so each has a line of its own.",
          .data = data};
}

HtmlFigure context_range_figure(const VariantAnalyses& variant) {
  const JsonValue& first = variant.runs.front().part("context_length");
  std::vector<std::vector<double>> losses;
  for (const AnalysisFiles& run : variant.runs) {
    losses.emplace_back();
    const JsonValue points = run.part("context_length")["points"];
    points.check(points.size() == first["points"].size(),
                 "must have as many points as the analysis of the first seed");
    for (const JsonValue& point : points.elements()) {
      losses.back().push_back(point["model"]["value"].number());
    }
  }
  Curve descent{.name = "gradient descent, tuned per length",
                .x = column(first["points"], "examples"),
                .colour = Colour::kGradientDescent,
                .stroke = Stroke::kDashed};
  for (const JsonValue& point : first["points"].elements()) {
    descent.y.push_back(point["gradient_descent"]["value"].number());
  }
  const Curve networks = range_curve(losses, descent.x, "networks, mean and range");
  LineFigure figure{.x_label = "context examples",
                    .y_label = loss_label(variant.runs.front()),
                    .curves = {networks, descent},
                    .marked_x = first["trained_examples"].number(),
                    .mark = "trained",
                    .from_zero = true};
  return {
      .title = "Loss over context length",
      .drawing = draw(figure, "context" + variant.name, "Loss over the number of context examples"),
      .caption = "Mean over seeds; the band spans all seeds. All seeds see the same prompts.",
      .data = range_table(networks, "examples")};
}

}  // namespace gril
