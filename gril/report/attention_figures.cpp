#include <algorithm>
#include <optional>

#include "gril/report/decompiler_figures.h"
#include "gril/report/feature_names.h"
#include "gril/report/figure.h"
#include "gril/report/json_curves.h"
#include "gril/report/matrix_table.h"
#include "gril/report/number_text.h"

namespace gril {
namespace {

/// One matrix of one head, on the page and in attention.json.
struct HeadMatrix {
  const char* key;
  const char* symbol;
  const char* x_label;
  const char* y_label;
};
constexpr HeadMatrix kValueMap = {"value_map", "W_O W_V", "token's feature", "output"};
constexpr HeadMatrix kQueryKey = {"query_key", "W_Kᵀ W_Q", "asking token's feature",
                                  "remembered token's feature"};

HtmlFigure head_figure(const Matrix& matrix, const HeadMatrix& which, const std::string& whose,
                       double reach) {
  const bool recovered = whose == "recovered";
  const HeatMap map{.values = matrix,
                    .x_label = which.x_label,
                    .y_label = which.y_label,
                    .lowest = -reach,
                    .highest = reach,
                    .print_values = matrix.size() <= 6 && matrix.front().size() <= 6};
  return {.title = std::string(which.symbol) + ", " + whose,
          .drawing = draw(map, std::string(which.key) + (recovered ? "" : "_teacher"),
                          std::string(which.symbol) + ", " + whose),
          .caption = recovered ? "Read off the trained weights. W_O W_V has norm 1: no function "
                                 "determines the common scale of the two matrices."
                               : "The teacher's own, in the same scale and sign.",
          .data = matrix_table(matrix, "row \\ column")};
}

/// A matrix of the network and, where there is one, of the teacher, in one range of colours.
void add_pair(std::vector<HtmlFigure>& figures, const JsonValue& found,
              const std::optional<JsonValue>& given, const HeadMatrix& which) {
  const auto own = found[which.key].matrix();
  double reach = largest_entry(own);
  if (given) reach = std::max(reach, largest_entry((*given)[which.key].matrix()));
  figures.push_back(head_figure(own, which, "recovered", reach));
  if (!given) return;
  figures.push_back(head_figure((*given)[which.key].matrix(), which, "teacher", reach));
}

std::vector<std::string> token_names(std::size_t count) {
  std::vector<std::string> names;
  for (std::size_t t = 1; t <= count; ++t) names.push_back(std::to_string(t));
  return names;
}

HtmlFigure map_figure(const JsonValue& file, const char* key, const std::string& title,
                      const std::string& caption) {
  const std::size_t length = file[key].size();
  const auto matrix = file[key].matrix(length, length);
  const bool shares = std::string(key) == "shares";
  const HeatMap map{.values = matrix,
                    .x_label = "token that is remembered",
                    .y_label = "token that asks",
                    .sequential = !shares,
                    .lowest = shares ? -1.0 : 0.0,
                    .highest = shares ? 1.0 : std::max(largest_entry(matrix), 1e-12)};
  const std::vector<std::string> tokens = token_names(length);
  return {.title = title,
          .drawing = draw(map, std::string("map_") + key, title),
          .caption = caption,
          .data = matrix_table(matrix, "asks \\ remembered", {tokens, tokens})};
}

double largest_remainder(const JsonValue& file) {
  const auto parts = finite_numbers(file["remainder"].numbers());
  return parts.empty() ? kFromData : *std::max_element(parts.begin(), parts.end());
}

}  // namespace

std::vector<HtmlFigure> head_figures(const AnalysisFiles& files) {
  const JsonValue& attention = files.part("attention");
  const JsonValue& teacher = attention["teacher"];
  std::vector<HtmlFigure> figures;
  const bool compared = applies(teacher) && applies(teacher["heads"]);
  if (compared && teacher["heads"]["given"].size() == 1) {
    const JsonValue& heads = teacher["heads"];
    add_pair(figures, heads["found"].front(), heads["given"].front(), kValueMap);
    add_pair(figures, heads["found"].front(), heads["given"].front(), kQueryKey);
  } else if (!compared && attention["heads"].json() == 1) {
    const JsonValue& head = attention["nearest"].front()["heads"].front();
    add_pair(figures, head, std::nullopt, kValueMap);
    add_pair(figures, head, std::nullopt, kQueryKey);
  }
  return figures;
}

std::vector<HtmlFigure> map_figures(const AnalysisFiles& files) {
  const JsonValue& file = files.part("attention_map");
  return {
      map_figure(file, "norms", "What every token gives",
                 "Norm of what a remembered token contributes to the output of an asking one; "
                 "each output is the sum along its row. No softmax: weights may have any sign "
                 "and size."),
      map_figure(file, "shares", "Its share of the output",
                 "The same along the output's own direction, as a share of it: a row sums to 1 "
                 "where attention is all there is. Beyond ±1 the colours end. Largest part of an "
                 "output that is no attention: " +
                     number_text(largest_remainder(file), 3) + ".")};
}

}  // namespace gril
