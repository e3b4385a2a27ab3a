#include "gril/report/run_report.h"

#include "gril/base/config_file.h"
#include "gril/base/file.h"
#include "gril/base/json_file.h"
#include "gril/report/analysis_files.h"
#include "gril/report/number_text.h"
#include "gril/report/run_figures.h"

namespace gril {
namespace {

constexpr std::string_view kWhere = "report";

HtmlTable metrics_table(const Json& summary) {
  HtmlTable table{{"quantity", "value", "95 % interval", "unit", "meaning"}, {}};
  for (const Json& metric : summary["metrics"]) {
    table.rows.push_back({plain_text(metric["name"]), number_text(metric["value"]),
                          interval_text(metric), plain_text(metric["unit"]),
                          plain_text(metric["meaning"])});
  }
  return table;
}

/// The numbers that say most, as far as the analysis has them.
std::vector<HtmlTile> headline_tiles(const AnalysisFiles& files) {
  std::vector<HtmlTile> tiles;
  const auto add = [&](const char* name, const std::string& label, const std::string& note) {
    const Json metric = find_metric(files.summary, name);
    if (metric.is_null()) return;
    const std::string interval = interval_text(metric);
    tiles.push_back({label, number_text(metric["value"]), interval.empty() ? note : interval});
  };
  add("loss_ratio_to_tuned_gd", "loss over tuned gradient descent's", "");
  add("loss", "loss of the network", "");
  add("gradient_descent_loss", "loss of tuned gradient descent", "");
  add("sensitivity_cosine", "cosine of the sensitivities", "1: the same direction");
  add("window_off_target", "largest window weight off target", "share of the target weight");
  add("learning_rate_per_example", "learning rate per example", "η/N, read off the weights");
  return tiles;
}

std::string task_sentence(const Json& task) {
  return "Task: in-context linear regression, " + plain_text(task["inputs"]) + " inputs, " +
         plain_text(task["outputs"]) + " outputs, " + plain_text(task["examples"]) +
         " context examples, tokens in the layout \"" + plain_text(task["layout"]) + "\".";
}

std::string conventions_sentence(const Json& summary) {
  return "Measured on " + plain_text(summary["options"]["tasks"]) + " prompts in " +
         plain_text(summary["arithmetic"]) + ". Loss: " + plain_text(summary["loss_convention"]) +
         ". Intervals: " + plain_text(summary["interval"]) + ".";
}

void add_numbers(HtmlPage& page, const AnalysisFiles& files) {
  const Json& summary = files.summary;
  page.heading("The numbers");
  page.table(metrics_table(summary));
}

void add_behaviour(HtmlPage& page, const AnalysisFiles& files) {
  page.heading("What it computes");
  if (!files.learning_curve.is_null()) page.figure(learning_curve_figure(files));
  page.figure(context_length_figure(files));
  page.figure(distances_figure(files));
  page.figure(learning_rate_figure(files));
}

void add_weights(HtmlPage& page, const AnalysisFiles& files) {
  page.heading("With which weights");
  if (!files.weights["applies"].get<bool>()) {
    page.paragraph("The weights are not compared with the construction: " +
                   plain_text(files.weights["reason"]) + ".");
  }
  for (const HtmlFigure& figure : weight_figures(files)) page.figure(figure);
  for (const HtmlFigure& figure : decay_figures(files)) page.figure(figure);
}

void add_shifts(HtmlPage& page, const AnalysisFiles& files) {
  page.heading("Away from its training");
  page.figure(shift_figure(files, "input_range"));
  page.figure(shift_figure(files, "weight_scale"));
}

void add_origin(HtmlPage& page, const RunDirectory& run) {
  page.heading("Where this comes from");
  if (std::filesystem::exists(run.provenance())) {
    page.table({{"provenance", "value"}, flattened_rows(read_json(run.provenance(), kWhere))});
  }
  page.folded_table("The whole configuration",
                    {{"key", "value"}, flattened_rows(read_toml(run.config()))});
}

}  // namespace

std::string run_report(const RunDirectory& run) {
  const AnalysisFiles files = read_analysis(run.analysis());
  HtmlPage page("gril · " + run.root().string(), "Which algorithm does this network run?");
  const Json& conclusion = files.summary["conclusion"];
  page.verdict(conclusion["agrees"].get<bool>(),
               conclusion["agrees"].get<bool>() ? "One gradient-descent step"
                                                : "Not one gradient-descent step",
               plain_text(conclusion["sentence"]));
  page.tiles(headline_tiles(files));
  page.paragraph(task_sentence(files.summary["task"]) + " " + conventions_sentence(files.summary));
  add_behaviour(page, files);
  add_weights(page, files);
  add_shifts(page, files);
  add_numbers(page, files);
  add_origin(page, run);
  return page.text();
}

void write_run_report(const RunDirectory& run) {
  write_file_atomically(run.report(), run_report(run), kWhere);
}

}  // namespace gril
