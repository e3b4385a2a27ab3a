#include <algorithm>

#include "gril/base/check.h"
#include "gril/report/decompiler_figures.h"
#include "gril/report/feature_names.h"
#include "gril/report/figure.h"
#include "gril/report/json_curves.h"
#include "gril/report/matrix_table.h"
#include "gril/report/number_text.h"

namespace gril {
namespace {

constexpr std::size_t kMostOutputs = 4;   ///< whose products are drawn
constexpr std::size_t kMostNumbers = 16;  ///< along an axis of whole numbers

/// "#12  λ 0.9996", memory first.
std::vector<std::string> neuron_names(const JsonValue& form) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < form["neurons"].size(); ++i) {
    names.push_back(concatenate('#', plain_text(form["neurons"][i]), "  λ ",
                                number_text(form["eigenvalues"][i], 4)));
  }
  return names;
}

/// A line between the neurons that remember and the others.
std::vector<std::size_t> memory_split(const JsonValue& form) {
  const auto memory = form["memory"].count();
  if (memory == 0 || memory == form["neurons"].size()) return {};
  return {memory};
}

HtmlFigure gate_figure(const AnalysisFiles& files, const char* key, const std::string& title) {
  const JsonValue& form = files.part("canonical");
  const std::vector<std::string> neurons = neuron_names(form);
  const auto matrix = form[key].matrix();
  form[key].check(matrix.size() == neurons.size(), "must have a row for each of the neurons");
  std::vector<std::string> features =
      feature_names(files.summary["task"], matrix.front().size() - 1);
  features.emplace_back("1");
  const double reach = std::max(largest_entry(form["input_gate"].matrix()),
                                largest_entry(form["input_map"].matrix()));
  const HeatMap map{.values = matrix,
                    .row_names = neurons,
                    .column_names = features,
                    .row_splits = memory_split(form),
                    .x_label = "feature",
                    .lowest = -reach,
                    .highest = reach};
  return {.title = title,
          .drawing = draw(map, std::string("canonical_") + key, title),
          .caption =
              "A neuron stores the product of its two rows. Neurons that matter, by their λ; above "
              "the line those that remember. Both rows of a neuron are brought to one norm.",
          .data = matrix_table(matrix, "neuron \\ feature", {neurons, features})};
}

HtmlFigure form_figure(const JsonValue& form, std::size_t output) {
  const std::size_t neurons = form["neurons"].size();
  const auto matrix = form["outputs"][output]["form"].matrix(neurons, neurons);
  std::vector<std::string> numbers;
  for (const JsonValue& neuron : form["neurons"].elements())
    numbers.push_back(concatenate('#', plain_text(neuron)));
  const HeatMap map{.values = matrix,
                    .row_names = numbers,
                    .column_names = numbers,
                    .row_splits = memory_split(form),
                    .column_splits = memory_split(form),
                    .x_label = "neuron",
                    .y_label = "neuron"};
  const std::string name = "output " + std::to_string(output + 1);
  return {.title = "Products of neurons in " + name,
          .drawing = draw(map, "canonical_form" + std::to_string(output), "Products in " + name),
          .caption =
              "Weight of each product of two neurons. Attention multiplies memory by the "
              "current token: the blocks off the diagonal.",
          .data = matrix_table(matrix, "neuron \\ neuron", {numbers, numbers})};
}

std::size_t longest(const std::vector<Curve>& curves) {
  std::size_t most = 0;
  for (const Curve& curve : curves) most = std::max(most, curve.x.size());
  return most;
}

HtmlFigure product_figure(const JsonValue& form) {
  LineFigure figure{.x_label = "products memory × current token, largest first",
                    .y_label = "weight",
                    .logarithmic_y = true};
  HtmlTable table{{"output", "product", "weight"}, {}};
  for (std::size_t k = 0; k < form["outputs"].size(); ++k) {
    const auto weights = form["outputs"][k]["singular_values"].numbers();
    if (weights.empty()) continue;
    figure.curves.push_back({.name = figure.curves.empty() ? "one line per output" : "",
                             .x = positions(weights.size()),
                             .y = floored(weights)});
    for (std::size_t i = 0; i < weights.size(); ++i) {
      table.rows.push_back({std::to_string(k + 1), std::to_string(i + 1), number_text(weights[i])});
    }
  }
  if (figure.curves.empty()) return {};
  const std::size_t most = longest(figure.curves);
  for (std::size_t i = 1; most <= kMostNumbers && i <= most; ++i) {
    figure.x_names.push_back(std::to_string(i));
  }
  return {.title = "How many products each output needs",
          .drawing = draw(figure, "products", "Weights of the products per output"),
          .caption =
              "Each output written with as few products of a memory and a query as it can be; "
              "attention needs at most as many as a token has features.",
          .data = table};
}

}  // namespace

std::vector<HtmlFigure> canonical_figures(const AnalysisFiles& files) {
  const JsonValue& form = files.part("canonical");
  std::vector<HtmlFigure> figures{gate_figure(files, "input_gate", "Input gate"),
                                  gate_figure(files, "input_map", "Input map")};
  const std::size_t shown = std::min(kMostOutputs, form["outputs"].size());
  for (std::size_t k = 0; k < shown; ++k) figures.push_back(form_figure(form, k));
  const HtmlFigure products = product_figure(form);
  if (!products.drawing.empty()) figures.push_back(products);
  return figures;
}

}  // namespace gril
