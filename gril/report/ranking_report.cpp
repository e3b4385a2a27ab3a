#include "gril/report/ranking_report.h"

#include <algorithm>
#include <optional>

#include "gril/base/check.h"
#include "gril/base/file.h"
#include "gril/base/json_value.h"
#include "gril/report/interval_figure.h"
#include "gril/report/json_curves.h"
#include "gril/report/number_text.h"
#include "gril/report/page_parts.h"

namespace gril {
namespace {

constexpr std::string_view kWhere = "report";
constexpr int kDigits = 4;

bool is_classical(const JsonValue& row) { return row["kind"].text() == "classical"; }

/// A count that a reader needs only where there is one.
std::string count_text(const JsonValue& count) {
  return count.count() > 0 ? number_text(count) : "–";
}

/// "0.21 … 0.25", best and worst seed; "" for a single one.
std::string seed_range(const JsonValue& row) {
  const JsonValue& losses = row["seed_losses"];
  if (losses.size() < 2) return "";
  return number_text(losses.front(), kDigits) + " … " +
         number_text(losses[losses.size() - 1], kDigits);
}

Colour colour_of(const JsonValue& row) {
  if (row["kind"].text() == "learned") return Colour::kModel;
  return is_classical(row) ? Colour::kGradientDescent : Colour::kExactSolution;
}

/// A row of the figure; what is below `edge` stands there: least squares may leave nothing but
/// rounding, and an axis that reaches down to it would hide everything else.
IntervalRow figure_row(const JsonValue& row, double edge) {
  const auto shown = [&](const JsonValue& value) {
    const double number = value.number();
    return number < edge ? edge : number;
  };
  IntervalRow line{.name = row["name"].text(),
                   .value = shown(row["loss"]["value"]),
                   .low = shown(row["loss"]["low"]),
                   .high = shown(row["loss"]["high"]),
                   .colour = colour_of(row)};
  if (row["seed_losses"].size() < 2) return line;
  for (const JsonValue& loss : row["seed_losses"].elements()) line.further.push_back(shown(loss));
  return line;
}

/// The loss of the tuned single step.
double reference_loss(const JsonValue& ranking) {
  for (const JsonValue& row : ranking["rows"].elements()) {
    if (row["name"].json() == ranking["reference"].json()) return row["loss"]["value"].number();
  }
  return kFromData;
}

bool has_kind(const JsonValue& rows, const char* kind) {
  const std::vector<JsonValue> all = rows.elements();
  return std::any_of(all.begin(), all.end(),
                     [&](const JsonValue& row) { return row["kind"].text() == kind; });
}

HtmlFigure loss_figure(const JsonValue& ranking) {
  const auto convention = ranking["loss_convention"].text();
  constexpr double kEdge = 1e-3;  // of the reference
  const double reference = reference_loss(ranking);
  IntervalFigure figure{.x_label = "loss (" + convention + ")", .marked_x = reference};
  Curve values;
  for (const JsonValue& row : ranking["rows"].elements()) {
    figure.rows.push_back(figure_row(row, kEdge * reference));
    values.y.push_back(figure.rows.back().value);
  }
  figure.logarithmic_x = spans_decades({values});
  figure.legend = {{"networks", Colour::kModel}, {"classical methods", Colour::kGradientDescent}};
  if (has_kind(ranking["rows"], "constructed")) {
    figure.legend.emplace_back("constructions", Colour::kExactSolution);
  }
  return {.title = "Losses on the same prompts",
          .drawing = draw(figure, "ranking", "Loss of every network and classical method"),
          .caption =
              "Bars: the central 95 % over prompts, of the seed in the middle; rings: all "
              "seeds. Dashed line: " +
              plain_text(ranking["reference"]) +
              ". A loss below a thousandth of that stands at the edge.",
          .data = table_of(ranking["rows"], {{"name", "name"}, {"loss", "loss"}})};
}

/// The first row that is, or is not, classical.
std::optional<JsonValue> leading(const JsonValue& rows, bool classical) {
  for (const JsonValue& row : rows.elements()) {
    if (is_classical(row) == classical) return row;
  }
  return std::nullopt;
}

void add_verdict(HtmlPage& page, const JsonValue& rows) {
  const std::optional<JsonValue> network = leading(rows, false);
  const std::optional<JsonValue> classical = leading(rows, true);
  if (!network || !classical) return;
  const auto said = [](const JsonValue& row) {
    return plain_text(row["name"]) + ", " + number_text(row["loss"]["value"], kDigits) + " (" +
           interval_text(row["loss"], kDigits) + ")";
  };
  const bool ahead = !is_classical(rows.front());
  page.verdict(ahead, ahead ? "A network leads" : "A classical method leads",
               "Least loss of a network: " + said(*network) +
                   ". Least loss of a classical method: " + said(*classical) + ".");
}

HtmlTable tuned_table(const JsonValue& rows) {
  HtmlTable table{{"method", "parameter", "tuned value"}, {}};
  for (const JsonValue& row : rows.elements()) {
    if (!row["tuned"].is_object()) continue;
    for (const auto& [key, value] : row["tuned"].json().items()) {
      table.rows.push_back({plain_text(row["name"]), key, plain_text(value)});
    }
  }
  return table;
}

HtmlTable source_table(const JsonValue& rows) {
  HtmlTable table{{"name", "run or model"}, {}};
  for (const JsonValue& row : rows.elements()) {
    for (const JsonValue& source : row["sources"].elements()) {
      table.rows.push_back({plain_text(row["name"]), plain_text(source)});
    }
  }
  return table;
}

/// A ranking of the version that is read here.
JsonValue checked(const Json& ranking) {
  JsonValue value(ranking, kWhere, "the ranking", "Use the gril that made it.");
  value.check(value.text_or("kind", "") == "ranking" && value["format"].json() == 1,
              "must be of format 1 and kind ranking");
  return value;
}

}  // namespace

HtmlTable ranking_table(const Json& ranking) {
  const std::vector<JsonValue> rows = checked(ranking)["rows"].elements();
  const bool classes = std::any_of(rows.begin(), rows.end(),
                                   [](const JsonValue& row) { return row.has("accuracy"); });
  HtmlTable table{{"place", "name", "kind", "parameters", "trained on", "seeds", "loss",
                   "95 % of loss", "best … worst seed", "over one step", "95 % of ratio"},
                  {}};
  if (classes) table.columns.emplace_back("accuracy");
  for (const JsonValue& row : rows) {
    std::vector<std::string> cells = {std::to_string(table.rows.size() + 1),
                                      plain_text(row["name"]),
                                      plain_text(row["kind"]),
                                      count_text(row["parameters"]),
                                      count_text(row["training_sequences"]),
                                      count_text(row["seeds"]),
                                      number_text(row["loss"]["value"], kDigits),
                                      interval_text(row["loss"], kDigits),
                                      seed_range(row),
                                      number_text(row["ratio"]["value"], kDigits),
                                      interval_text(row["ratio"], kDigits)};
    if (classes) cells.push_back(number_text(row["accuracy"]["value"], kDigits));
    table.rows.push_back(cells);
  }
  return table;
}

std::string ranking_report(const Json& tree) {
  const JsonValue ranking = checked(tree);
  const JsonValue rows = ranking["rows"];
  HtmlPage page("gril · comparison", "Which network or method answers best?");
  add_verdict(page, rows);
  page.paragraph(task_sentence(ranking["task"]) + " Measured on " + plain_text(ranking["prompts"]) +
                 " prompts in " + plain_text(ranking["arithmetic"]) +
                 ", classical methods tuned on " + plain_text(ranking["options"]["tuning_tasks"]) +
                 " others. Loss: " + plain_text(ranking["loss_convention"]) +
                 ". Intervals: " + plain_text(ranking["interval"]) + ".");
  page.figure(loss_figure(ranking));
  page.heading("The table");
  page.table(ranking_table(tree));
  page.heading("Where this comes from");
  page.table(source_table(rows));
  page.folded_table("What was tuned", tuned_table(rows));
  return page.text();
}

void write_ranking_report(const Json& ranking, const std::filesystem::path& path) {
  write_file_atomically(path, ranking_report(ranking), kWhere);
}

}  // namespace gril
