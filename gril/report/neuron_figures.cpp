#include <algorithm>

#include "gril/report/decompiler_figures.h"
#include "gril/report/figure.h"
#include "gril/report/json_curves.h"
#include "gril/report/number_text.h"

namespace gril {
namespace {

/// The classes of neurons.json under the colours of the page; those between have none of their own.
struct NeuronClass {
  const char* name;
  const char* legend;
  Colour colour;
};
constexpr NeuronClass kClasses[] = {{"memory", "λ near 1: remembers", Colour::kModel},
                                    {"forget", "λ near 0: current token", Colour::kThird},
                                    {"between", "between", Colour::kReference},
                                    {"outside", "outside [0, 1]", Colour::kGradientDescent}};

/// One curve of points per class that has neurons; x is the eigenvalue or the rank.
std::vector<Curve> curves_by_class(const JsonValue& neurons, bool over_eigenvalue) {
  std::vector<Curve> curves;
  for (const NeuronClass& kind : kClasses) {
    Curve curve{.name = kind.legend, .colour = kind.colour, .stroke = Stroke::kPoints};
    for (std::size_t rank = 0; rank < neurons.size(); ++rank) {
      const JsonValue& neuron = neurons[rank];
      if (neuron["class"].text() != kind.name) continue;
      curve.x.push_back(over_eigenvalue ? neuron["eigenvalue"].number()
                                        : static_cast<double>(rank + 1));
      curve.y.push_back(neuron["influence"].number());
    }
    curve.y = floored(curve.y);
    if (!curve.x.empty()) curves.push_back(curve);
  }
  return curves;
}

/// The threshold as a line, within an axis that reaches below it.
void add_threshold(LineFigure& figure, double threshold, double first, double last) {
  double lowest = threshold;
  for (const Curve& curve : figure.curves) {
    for (const double influence : curve.y) lowest = std::min(lowest, influence);
  }
  figure.lowest_y = lowest / 10.0;
  figure.curves.push_back(
      level("threshold", threshold, first, last, Colour::kReference, Stroke::kDashed));
}

HtmlFigure eigenvalue_figure(const JsonValue& file) {
  const JsonValue& neurons = file["neurons"];
  double lowest = -0.05;
  double highest = 1.05;
  for (const double eigenvalue : finite_numbers(column(neurons, "eigenvalue"))) {
    lowest = std::min(lowest, eigenvalue);
    highest = std::max(highest, eigenvalue);
  }
  LineFigure figure{.x_label = "eigenvalue λ", .y_label = "influence", .logarithmic_y = true};
  figure.curves = curves_by_class(neurons, true);
  add_threshold(figure, file["threshold"].number(), lowest, highest);
  return {.title = "Which neurons matter",
          .drawing = draw(figure, "influence", "Influence of the neurons over their eigenvalue"),
          .caption =
              "Influence: mean square change of the outputs when the neuron is silenced, over "
              "their mean square. Attention needs neurons that keep everything and neurons that "
              "hold the current token, none between.",
          .data = table_of(
              neurons,
              {{"neuron", "neuron"}, {"eigenvalue", "eigenvalue"}, {"influence", "influence"}})};
}

HtmlFigure ranking_figure(const JsonValue& file) {
  const JsonValue& neurons = file["neurons"];
  LineFigure figure{
      .x_label = "neurons, most influential first", .y_label = "influence", .logarithmic_y = true};
  figure.curves = curves_by_class(neurons, false);
  add_threshold(figure, file["threshold"].number(), 0.0, static_cast<double>(neurons.size()) + 1.0);
  return {.title = "How many neurons matter",
          .drawing = draw(figure, "ranking", "Influence of the neurons in their order"),
          .caption = "A clear step means that the count does not hang on the threshold. " +
                     plain_text(file["classes"]),
          .data = table_of(file["counts_by_threshold"], {{"threshold", "influence above"},
                                                         {"memory", "memory"},
                                                         {"forget", "forget"},
                                                         {"between", "between"},
                                                         {"outside", "outside"}})};
}

HtmlTable modes_table(const JsonValue& memory, const JsonValue& query) {
  HtmlTable table{{"direction", "memory", "query"}, {}};
  const std::size_t rows = std::max(memory.size(), query.size());
  const auto cell = [](const JsonValue& values, std::size_t row) {
    return row < values.size() ? number_text(values[row]) : std::string();
  };
  for (std::size_t row = 0; row < rows; ++row) {
    table.rows.push_back({std::to_string(row + 1), cell(memory, row), cell(query, row)});
  }
  return table;
}

}  // namespace

std::vector<HtmlFigure> neuron_figures(const AnalysisFiles& files) {
  const JsonValue& neurons = files.part("neurons");
  return {eigenvalue_figure(neurons), ranking_figure(neurons)};
}

HtmlFigure modes_figure(const AnalysisFiles& files) {
  const JsonValue& memory = files.part("kernels")["memory_modes"]["influence"];
  const JsonValue& query = files.part("kernels")["query_modes"]["influence"];
  LineFigure figure{.x_label = "directions, by their part in the kernels",
                    .y_label = "influence",
                    .logarithmic_y = true};
  const auto add = [&](const JsonValue& values, const char* name, Colour colour) {
    if (values.empty()) return;
    figure.curves.push_back({.name = name,
                             .x = positions(values.size()),
                             .y = floored(values.numbers()),
                             .colour = colour,
                             .stroke = Stroke::kPoints});
  };
  add(memory, "directions of the memory", Colour::kModel);
  add(query, "directions of the query", Colour::kThird);
  const auto last = static_cast<double>(std::max(memory.size(), query.size()));
  add_threshold(figure, files.part("neurons")["threshold"].number(), 0.0, last + 1.0);
  return {.title = "In how many directions it remembers and asks",
          .drawing = draw(figure, "modes", "Influence of the directions of memory and query"),
          .caption =
              "Independent directions of the remembered pairs and of the current token. Unlike "
              "neurons they are the same in any coordinates of the network.",
          .data = modes_table(memory, query)};
}

}  // namespace gril
