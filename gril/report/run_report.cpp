#include "gril/report/run_report.h"

#include "gril/base/config_file.h"
#include "gril/base/file.h"
#include "gril/base/json_file.h"
#include "gril/report/analysis_files.h"
#include "gril/report/black_box_report.h"
#include "gril/report/decompiler_report.h"
#include "gril/report/descent_report.h"
#include "gril/report/held_out_report.h"
#include "gril/report/number_text.h"
#include "gril/report/page_parts.h"

namespace gril {
namespace {

constexpr std::string_view kWhere = "report";

/// What differs between the pages of the kinds of analysis.
struct PageOfKind {
  const char* question;
  std::vector<HtmlTile> (*tiles)(const AnalysisFiles& files);
  void (*add_sections)(HtmlPage& page, const AnalysisFiles& files);
};

PageOfKind page_of(AnalysisKind kind) {
  switch (kind) {
    case AnalysisKind::kDecompiler:
      return {"Which attention does this network compute?", decompiler_tiles,
              add_decompiler_sections};
    case AnalysisKind::kBlackBox:
      return {"What does this network do?", black_box_tiles, add_black_box_sections};
    case AnalysisKind::kHeldOut:
      return {"How well does this network do on data it has not seen?", held_out_tiles,
              add_held_out_sections};
    case AnalysisKind::kGradientDescent:
      break;
  }
  return {"Which algorithm does this network run?", descent_tiles, add_descent_sections};
}

/// What the conclusion is called; a comparison with gradient descent names none.
std::string label_of(const JsonValue& conclusion) {
  if (conclusion.has("label")) return plain_text(conclusion["label"]);
  return conclusion["agrees"].flag() ? "One gradient-descent step"
                                     : "Not one gradient-descent step";
}

void add_numbers(HtmlPage& page, const AnalysisFiles& files) {
  page.heading("The numbers");
  page.table(metrics_table(files.summary));
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
  const PageOfKind kind = page_of(files.kind);
  HtmlPage page("gril · " + run.root().string(), kind.question);
  const JsonValue conclusion = files.summary["conclusion"];
  page.verdict(conclusion["agrees"].flag(), label_of(conclusion),
               plain_text(conclusion["sentence"]));
  page.tiles(kind.tiles(files));
  page.paragraph(task_sentence(files.summary["task"]) + " " + conventions_sentence(files.summary));
  kind.add_sections(page, files);
  add_numbers(page, files);
  add_origin(page, run);
  return page.text();
}

void write_run_report(const RunDirectory& run) {
  write_file_atomically(run.report(), run_report(run), kWhere);
}

}  // namespace gril
