#include "gril/report/ranking_report.h"

#include <algorithm>

#include "gril/base/check.h"
#include "gril/base/file.h"
#include "gril/report/interval_figure.h"
#include "gril/report/json_curves.h"
#include "gril/report/number_text.h"
#include "gril/report/page_parts.h"

namespace gril {
namespace {

constexpr std::string_view kWhere = "report";
constexpr int kDigits = 4;

bool is_classical(const Json& row) { return row["kind"] == "classical"; }

/// A count that a reader needs only where there is one.
std::string count_text(const Json& count) {
  return count.get<int64_t>() > 0 ? number_text(count) : "–";
}

/// "0.21 … 0.25", best and worst seed; "" for a single one.
std::string seed_range(const Json& row) {
  const Json& losses = row["seed_losses"];
  if (losses.size() < 2) return "";
  return number_text(losses.front(), kDigits) + " … " + number_text(losses.back(), kDigits);
}

Colour colour_of(const Json& row) {
  if (row["kind"] == "learned") return Colour::kModel;
  return is_classical(row) ? Colour::kGradientDescent : Colour::kExactSolution;
}

double finite_or_gap(const Json& value) {
  return value.is_number() ? value.get<double>() : kFromData;
}

/// A row of the figure; what is below `edge` stands there: least squares may leave nothing but
/// rounding, and an axis that reaches down to it would hide everything else.
IntervalRow figure_row(const Json& row, double edge) {
  const auto shown = [&](const Json& value) {
    const double number = finite_or_gap(value);
    return number < edge ? edge : number;
  };
  IntervalRow line{.name = row["name"].get<std::string>(),
                   .value = shown(row["loss"]["value"]),
                   .low = shown(row["loss"]["low"]),
                   .high = shown(row["loss"]["high"]),
                   .colour = colour_of(row)};
  if (row["seed_losses"].size() < 2) return line;
  for (const Json& loss : row["seed_losses"]) line.further.push_back(shown(loss));
  return line;
}

/// The loss of the tuned single step.
double reference_loss(const Json& ranking) {
  for (const Json& row : ranking["rows"]) {
    if (row["name"] == ranking["reference"]) return row["loss"]["value"].get<double>();
  }
  return kFromData;
}

bool has_kind(const Json& rows, const char* kind) {
  return std::any_of(rows.begin(), rows.end(),
                     [&](const Json& row) { return row["kind"] == kind; });
}

HtmlFigure loss_figure(const Json& ranking) {
  const auto convention = ranking["loss_convention"].get<std::string>();
  constexpr double kEdge = 1e-3;  // of the reference
  const double reference = reference_loss(ranking);
  IntervalFigure figure{.x_label = "loss (" + convention + ")", .marked_x = reference};
  Curve values;
  for (const Json& row : ranking["rows"]) {
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

/// The first row that is, or is not, classical; null where there is none.
Json leading(const Json& rows, bool classical) {
  for (const Json& row : rows) {
    if (is_classical(row) == classical) return row;
  }
  return {};
}

void add_verdict(HtmlPage& page, const Json& rows) {
  const Json network = leading(rows, false);
  const Json classical = leading(rows, true);
  if (network.is_null() || classical.is_null()) return;
  const auto said = [](const Json& row) {
    return plain_text(row["name"]) + ", " + number_text(row["loss"]["value"], kDigits) + " (" +
           interval_text(row["loss"], kDigits) + ")";
  };
  const bool ahead = !is_classical(rows.front());
  page.verdict(ahead, ahead ? "A network leads" : "A classical method leads",
               "Least loss of a network: " + said(network) +
                   ". Least loss of a classical method: " + said(classical) + ".");
}

HtmlTable tuned_table(const Json& rows) {
  HtmlTable table{{"method", "parameter", "tuned value"}, {}};
  for (const Json& row : rows) {
    if (!row["tuned"].is_object()) continue;
    for (const auto& [key, value] : row["tuned"].items()) {
      table.rows.push_back({plain_text(row["name"]), key, plain_text(value)});
    }
  }
  return table;
}

HtmlTable source_table(const Json& rows) {
  HtmlTable table{{"name", "run or model"}, {}};
  for (const Json& row : rows) {
    for (const Json& source : row["sources"]) {
      table.rows.push_back({plain_text(row["name"]), plain_text(source)});
    }
  }
  return table;
}

void check(const Json& ranking) {
  const bool known = ranking.is_object() && ranking.value("kind", "") == "ranking" &&
                     ranking.value("format", 0) == 1;
  require_file(known, kWhere, "a ranking must be of format 1 and kind ranking; got another. ",
               "Use the gril that made it.");
}

}  // namespace

HtmlTable ranking_table(const Json& ranking) {
  const Json& rows = ranking["rows"];
  const bool classes = std::any_of(rows.begin(), rows.end(),
                                   [](const Json& row) { return row.contains("accuracy"); });
  HtmlTable table{{"place", "name", "kind", "parameters", "trained on", "seeds", "loss",
                   "95 % of loss", "best … worst seed", "over one step", "95 % of ratio"},
                  {}};
  if (classes) table.columns.emplace_back("accuracy");
  for (const Json& row : rows) {
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

std::string ranking_report(const Json& ranking) {
  check(ranking);
  const Json& rows = ranking["rows"];
  HtmlPage page("gril · comparison", "Which network or method answers best?");
  add_verdict(page, rows);
  page.paragraph(task_sentence(ranking["task"]) + " Measured on " + plain_text(ranking["prompts"]) +
                 " prompts in " + plain_text(ranking["arithmetic"]) +
                 ", classical methods tuned on " + plain_text(ranking["options"]["tuning_tasks"]) +
                 " others. Loss: " + plain_text(ranking["loss_convention"]) +
                 ". Intervals: " + plain_text(ranking["interval"]) + ".");
  page.figure(loss_figure(ranking));
  page.heading("The table");
  page.table(ranking_table(ranking));
  page.heading("Where this comes from");
  page.table(source_table(rows));
  page.folded_table("What was tuned", tuned_table(rows));
  return page.text();
}

void write_ranking_report(const Json& ranking, const std::filesystem::path& path) {
  write_file_atomically(path, ranking_report(ranking), kWhere);
}

}  // namespace gril
