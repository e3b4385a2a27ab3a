#include "gril/report/page_parts.h"

#include <algorithm>
#include <optional>

#include "gril/report/analysis_files.h"
#include "gril/report/number_text.h"

namespace gril {
namespace {

std::string in_words(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

std::string counted(const JsonValue& count, const std::string& noun) {
  return plain_text(count) + " " + noun + (count.json() == 1 ? "" : "s");
}

std::string regression_sentence(const JsonValue& task) {
  return "Task: in-context linear regression, " + plain_text(task["inputs"]) + " inputs, " +
         plain_text(task["outputs"]) + " outputs, " + plain_text(task["examples"]) +
         " context examples, tokens in the layout \"" + plain_text(task["layout"]) + "\".";
}

std::string teacher_sentence(const JsonValue& task) {
  return "Task: imitate a frozen linear attention layer of " + counted(task["width"], "feature") +
         " and " + counted(task["heads"], "head") + " at every token of sequences of " +
         counted(task["length"], "token") + ".";
}

}  // namespace

std::vector<HtmlTile> metric_tiles(const JsonValue& summary,
                                   const std::vector<MetricTile>& wanted) {
  std::vector<HtmlTile> tiles;
  for (const MetricTile& tile : wanted) {
    const std::optional<JsonValue> metric = find_metric(summary, tile.metric);
    if (!metric) continue;
    const std::string interval = interval_text(*metric);
    tiles.push_back({tile.label, number_text((*metric)["value"], tile.digits),
                     interval.empty() ? tile.note : interval});
  }
  return tiles;
}

HtmlTable metrics_table(const JsonValue& summary) {
  HtmlTable table{{"quantity", "value", "95 % interval", "unit", "meaning"}, {}};
  for (const JsonValue& metric : summary["metrics"].elements()) {
    table.rows.push_back({plain_text(metric["name"]), number_text(metric["value"]),
                          interval_text(metric), plain_text(metric["unit"]),
                          plain_text(metric["meaning"])});
  }
  return table;
}

std::string task_sentence(const JsonValue& task) {
  if (!task.is_object()) return "The model names no task.";
  const std::string kind = task.text_or("kind", "");
  if (kind == "linear_regression") return regression_sentence(task);
  if (kind == "teacher_student") return teacher_sentence(task);
  return "Task: " + in_words(kind) + ".";
}

std::string conventions_sentence(const JsonValue& summary) {
  const bool has_losses = !summary.text_or("loss_convention", "").empty();
  std::string sentence = has_losses
                             ? "Measured on " + plain_text(summary["options"]["tasks"]) +
                                   " prompts in " + plain_text(summary["arithmetic"]) +
                                   ". Loss: " + plain_text(summary["loss_convention"]) +
                                   ". Intervals: " + plain_text(summary["interval"]) + "."
                             : "All arithmetic in " + plain_text(summary["arithmetic"]) + ".";
  if (summary.has("measured_on")) {
    sentence +=
        " Influences and differences of outputs: on " + plain_text(summary["measured_on"]) + ".";
  }
  return sentence;
}

}  // namespace gril
