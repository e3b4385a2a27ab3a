#include <algorithm>

#include "gril/report/descent_figures.h"
#include "gril/report/figure.h"
#include "gril/report/matrix_table.h"
#include "gril/report/number_text.h"

namespace gril {
namespace {

/// "0 (now)", "1", …: tokens back from the current one.
std::vector<std::string> offset_names(std::size_t count) {
  std::vector<std::string> names{"0 (now)"};
  for (std::size_t offset = 1; offset < count; ++offset) names.push_back(std::to_string(offset));
  return names;
}

HtmlFigure window_figure(const JsonValue& window, const char* which, const std::string& title,
                         const std::string& caption) {
  const auto matrix = window[which].matrix();
  HeatMap map{.values = matrix,
              .row_names = offset_names(matrix.size()),
              .column_names = offset_names(matrix.front().size()),
              .x_label = "key: tokens back",
              .y_label = "value: tokens back",
              .lowest = -1.0,
              .highest = 1.0,
              .print_values = matrix.size() <= 6};
  return {.title = title,
          .drawing = draw(map, std::string("window") + which, title),
          .caption = caption,
          .data = matrix_table(matrix, "value \\ key")};
}

HtmlFigure query_figure(const JsonValue& query) {
  const std::size_t window = query["trained"].size();
  query["trained"].check(window > 0, "must be a list of at least 1");
  const Matrix rows{query["trained"].numbers(), query["construction"].numbers(window)};
  HeatMap map{.values = rows,
              .row_names = {"network", "construction"},
              .column_names = offset_names(rows.front().size()),
              .x_label = "query: tokens back",
              .lowest = -1.0,
              .highest = 1.0,
              .print_values = rows.front().size() <= 6};
  HtmlTable table{{"tokens back", "network", "construction"}, {}};
  for (std::size_t i = 0; i < rows[0].size(); ++i) {
    table.rows.push_back({std::to_string(i), number_text(rows[0][i]), number_text(rows[1][i])});
  }
  return {.title = "Query weights",
          .drawing = draw(map, "query", "Query weights"),
          .caption =
              "Which token the state is read with, relative to the token that the "
              "construction uses. Largest off-target share: " +
              number_text(query["off_target"], 3) + ".",
          .data = table};
}

HtmlFigure readout_figure(const JsonValue& readout) {
  const auto matrix = readout["trained"].matrix();
  HeatMap map{.values = matrix,
              .x_label = "state row",
              .y_label = "output",
              .lowest = -1.0,
              .highest = 1.0};
  return {.title = "Readout matrix",
          .drawing = draw(map, "readout", "Readout matrix"),
          .caption =
              "C divided by the mean of its diagonal; the construction has the identity. Off "
              "the diagonal the root mean square is " +
              number_text(readout["off_diagonal_rms"], 3) + ", the diagonal spreads by " +
              number_text(readout["diagonal_spread"], 3) + ".",
          .data = matrix_table(matrix, "output \\ state row")};
}

HtmlFigure age_figure(const AnalysisFiles& files) {
  const auto weights = files.part("weights")["learning_rate_per_example_by_age"].numbers();
  const auto examples = files.part("context_length")["trained_examples"].number();
  const double target = files.part("gradient_descent")["learning_rate"].number() / examples;
  Curve curve{.name = "network"};
  Curve level{.name = "tuned gradient descent",
              .colour = Colour::kGradientDescent,
              .stroke = Stroke::kDashed};
  HtmlTable table{{"examples ago", "network η/N", "tuned gradient descent η/N"}, {}};
  for (std::size_t age = 0; age < weights.size(); ++age) {
    curve.x.push_back(static_cast<double>(age));
    curve.y.push_back(weights[age]);
    level.x.push_back(static_cast<double>(age));
    level.y.push_back(target);
    table.rows.push_back({std::to_string(age), number_text(weights[age]), number_text(target)});
  }
  LineFigure figure{
      .x_label = "examples ago", .y_label = "weight in the step, η/N", .curves = {curve, level}};
  return {.title = "Weight of each example",
          .drawing = draw(figure, "age", "Weight of each example"),
          .caption =
              "Read off the weights: how much each context example moves the prediction. "
              "A decay below 1 weighs recent examples more.",
          .data = table};
}

HtmlFigure decay_figure(const JsonValue& layer, std::size_t head, bool several) {
  const auto matrix = layer["decay"][head].matrix();
  const std::string name =
      several ? "Decay, layer " + plain_text(layer["layer"]) + ", head " + std::to_string(head)
              : "Decay of each state element";
  HeatMap map{.values = matrix,
              .x_label = "key feature",
              .y_label = "value feature",
              .sequential = true,
              .lowest = std::min(0.9, layer["lowest"].number()),
              .highest = 1.0,
              .print_values = false};
  const std::string id = "decay" + plain_text(layer["layer"]) + "h" + std::to_string(head);
  return {.title = name,
          .drawing = draw(map, id, name),
          .caption = std::string(layer["trained"].flag() ? "Trained" : "Fixed") +
                     " diagonal factors, from " + number_text(layer["lowest"]) + " to " +
                     number_text(layer["highest"]) +
                     " per update; 1 never forgets, as gradient descent.",
          .data = matrix_table(matrix, "value \\ key")};
}

}  // namespace

std::vector<HtmlFigure> weight_figures(const AnalysisFiles& files) {
  const JsonValue& weights = files.part("weights");
  std::vector<HtmlFigure> figures;
  if (!applies(weights)) return figures;
  const JsonValue& window = weights["window"];
  const std::string kind = window["source"].text() == "parameters"
                               ? "Weights M of the products value × key"
                               : "Norms of the products value × key";
  figures.push_back(window_figure(
      window, "trained", "Window weights, network",
      kind + ", relative to the product that the construction uses. Largest off-target share: " +
          number_text(window["off_target"], 3) + "."));
  figures.push_back(window_figure(window, "construction", "Window weights, construction",
                                  "The exact weights of one gradient-descent step."));
  if (applies(weights["readout"])) {
    figures.push_back(readout_figure(weights["readout"]));
  }
  figures.push_back(age_figure(files));
  figures.push_back(query_figure(weights["query"]));
  return figures;
}

std::vector<HtmlFigure> decay_figures(const AnalysisFiles& files) {
  constexpr std::size_t kMostHeads = 4;
  std::vector<HtmlFigure> figures;
  const JsonValue& layers = files.part("eigenvalues")["layers"];
  for (const JsonValue& layer : layers.elements()) {
    if (!applies(layer)) continue;
    const std::size_t heads = std::min(kMostHeads, layer["decay"].size());
    for (std::size_t head = 0; head < heads; ++head) {
      figures.push_back(decay_figure(layer, head, layers.size() > 1 || heads > 1));
    }
  }
  return figures;
}

}  // namespace gril
