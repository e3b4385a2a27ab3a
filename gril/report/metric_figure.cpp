#include <algorithm>

#include "gril/report/comparison_figures.h"
#include "gril/report/figure.h"
#include "gril/report/json_curves.h"
#include "gril/report/number_text.h"

namespace gril {
namespace {

/// The values of the runs that have the metric as a number.
std::vector<double> values_of(const VariantAnalyses& variant, const std::string& name) {
  std::vector<double> values;
  for (const AnalysisFiles& run : variant.runs) {
    const std::optional<JsonValue> metric = find_metric(run.summary, name);
    if (metric && (*metric)["value"].is_number()) values.push_back((*metric)["value"].number());
  }
  return values;
}

double mean_of(const std::vector<double>& values) {
  double sum = 0.0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

/// Values of which the smallest are nearer to 0 than to the largest: an axis from 0 shows them all.
bool starts_at_zero(const std::vector<double>& values) {
  const auto [lowest, highest] = std::minmax_element(values.begin(), values.end());
  return *lowest >= 0.0 && 2.0 * *lowest <= *highest;
}

struct Description {
  std::string unit;
  std::string meaning;
};

/// The metric's unit and meaning, from the first run that has it.
Description description_of(const std::vector<VariantAnalyses>& variants, const std::string& name) {
  for (const VariantAnalyses& variant : variants) {
    for (const AnalysisFiles& run : variant.runs) {
      const std::optional<JsonValue> metric = find_metric(run.summary, name);
      if (metric) return {plain_text((*metric)["unit"]), plain_text((*metric)["meaning"])};
    }
  }
  return {};
}

std::string joined(const std::vector<double>& values) {
  std::string text;
  for (const double value : values) text += (text.empty() ? "" : ", ") + number_text(value);
  return text;
}

}  // namespace

bool has_metric(const VariantAnalyses& variant, const std::string& metric) {
  return !values_of(variant, metric).empty();
}

HtmlFigure metric_figure(const std::vector<VariantAnalyses>& variants, const std::string& metric) {
  Curve seeds{.name = "a run", .stroke = Stroke::kPoints};
  Curve means{.name = "mean over seeds", .colour = Colour::kReference, .stroke = Stroke::kDotted};
  const Description description = description_of(variants, metric);
  LineFigure figure{.x_label = "variant", .y_label = description.unit};
  HtmlTable table{{"variant", "mean", "all seeds"}, {}};
  for (std::size_t i = 0; i < variants.size(); ++i) {
    figure.x_names.push_back(variants[i].name);
    const std::vector<double> values = values_of(variants[i], metric);
    if (values.empty()) continue;
    const auto place = static_cast<double>(i + 1);
    seeds.x.insert(seeds.x.end(), values.size(), place);
    seeds.y.insert(seeds.y.end(), values.begin(), values.end());
    means.x.push_back(place);
    means.y.push_back(mean_of(values));
    table.rows.push_back({variants[i].name, number_text(means.y.back()), joined(values)});
  }
  figure.curves = {means, seeds};
  figure.logarithmic_y = spans_decades(figure.curves);
  figure.from_zero = starts_at_zero(seeds.y) && !figure.logarithmic_y;
  return {.title = metric_title(metric),
          .drawing = draw(figure, "metric_" + metric, metric_title(metric) + " over the variants"),
          .caption = description.meaning + ". A point per seed; the dotted line joins the means.",
          .data = table};
}

std::string metric_title(const std::string& metric) {
  std::string words = metric;
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

}  // namespace gril
