#include "gril/report/comparison_report.h"

#include <algorithm>

#include "gril/base/check.h"
#include "gril/base/file.h"
#include "gril/report/analysis_files.h"
#include "gril/report/comparison_figures.h"
#include "gril/report/html_page.h"
#include "gril/report/number_text.h"

namespace gril {
namespace {

constexpr std::string_view kWhere = "report";

std::string counted(std::size_t count, const std::string& noun) {
  return number_text(static_cast<double>(count)) + " " + noun + (count == 1 ? "" : "s");
}

std::string verdict_sentence(const Comparison& comparison) {
  const auto holding =
      std::count_if(comparison.verdicts.begin(), comparison.verdicts.end(),
                    [](const CheckedExpectation& verdict) { return verdict.holds; });
  std::size_t runs = 0;
  for (const ComparedVariant& variant : comparison.variants) runs += variant.runs.size();
  const bool several = comparison.variants.size() > 1;
  return number_text(static_cast<double>(holding)) + " of " +
         number_text(static_cast<double>(comparison.verdicts.size())) + " expectations hold over " +
         (several ? counted(runs, "run") + " of " + counted(comparison.variants.size(), "variant")
                  : counted(runs, "seed")) +
         ".";
}

HtmlTable verdict_rows(const std::vector<CheckedExpectation>& verdicts) {
  HtmlTable table{{"result", "expected", "obtained", "verdict", "source"}, {}};
  for (const CheckedExpectation& verdict : verdicts) {
    std::string obtained = "none";
    if (verdict.obtained) obtained = number_text(verdict.obtained->value);
    if (verdict.obtained && verdict.obtained->uncertainty) {
      obtained += " ± " + number_text(*verdict.obtained->uncertainty, 3);
    }
    table.rows.push_back({verdict.expectation.name, verdict.expectation.rule, obtained,
                          verdict.holds ? "holds" : "FAILS", verdict.expectation.source});
  }
  return table;
}

HtmlTable result_rows(const std::vector<Result>& results) {
  HtmlTable table{{"result", "value", "spread over seeds", "unit"}, {}};
  for (const Result& result : results) {
    table.rows.push_back({result.name, number_text(result.value),
                          result.uncertainty ? number_text(*result.uncertainty, 3) : "",
                          result.unit});
  }
  return table;
}

/// The metrics that say most of a run, first the first that it has.
const std::vector<std::string> kHeadlines = {
    "loss_ratio_to_tuned_gd", "error_over_target_variance", "accuracy", "memory_neurons",
    "kernel_distance",        "one_head_distance"};

std::string headline(const std::string& metric) {
  return metric == "loss_ratio_to_tuned_gd" ? "loss over tuned gradient descent's"
                                            : metric_title(metric);
}

/// One row per run: where it lies, what it reached and what was concluded.
HtmlTable run_rows(const ComparedVariant& variant, const VariantAnalyses& analyses) {
  constexpr std::size_t kMostColumns = 4;
  std::vector<std::string> metrics;
  for (const std::string& name : kHeadlines) {
    if (metrics.size() < kMostColumns && has_metric(analyses, name)) metrics.push_back(name);
  }
  HtmlTable table{{"run"}, {}};
  for (const std::string& name : metrics) table.columns.push_back(headline(name));
  table.columns.emplace_back("conclusion");
  for (std::size_t i = 0; i < analyses.runs.size(); ++i) {
    const JsonValue& summary = analyses.runs[i].summary;
    std::vector<std::string> cells{variant.runs[i].root().filename().string()};
    for (const std::string& name : metrics) {
      const std::optional<JsonValue> metric = find_metric(summary, name);
      cells.push_back(metric ? number_text((*metric)["value"]) : "–");
    }
    cells.push_back(plain_text(summary["conclusion"]["sentence"]));
    table.rows.push_back(cells);
  }
  return table;
}

/// The seeds of one variant side by side.
void add_variant(HtmlPage& page, const ComparedVariant& variant, const VariantAnalyses& analyses) {
  page.heading(variant.name.empty() ? "All seeds" : variant.name + ", all seeds");
  const std::vector<AnalysisFiles>& runs = analyses.runs;
  if (std::all_of(runs.begin(), runs.end(), has_learning_curve)) {
    page.figure(learning_range_figure(analyses));
  }
  const bool descents = std::all_of(runs.begin(), runs.end(), [](const AnalysisFiles& run) {
    return run.kind == AnalysisKind::kGradientDescent;
  });
  if (descents) page.figure(context_range_figure(analyses));
  page.table(run_rows(variant, analyses));
}

/// The metric that the result NAME, VARIANT.NAME, NAME.lowest or NAME.highest is about.
std::string metric_of(std::string result, const std::vector<VariantAnalyses>& variants) {
  for (const VariantAnalyses& variant : variants) {
    if (result.rfind(variant.name + ".", 0) == 0) result.erase(0, variant.name.size() + 1);
  }
  return result.substr(0, result.find('.'));
}

/// What is drawn over the variants: first what is expected of them, then the headlines.
std::vector<std::string> compared_metrics(const Comparison& comparison,
                                          const std::vector<VariantAnalyses>& variants) {
  constexpr std::size_t kMostFigures = 6;
  std::vector<std::string> wanted;
  for (const CheckedExpectation& verdict : comparison.verdicts) {
    wanted.push_back(metric_of(verdict.expectation.name, variants));
  }
  wanted.insert(wanted.end(), kHeadlines.begin(), kHeadlines.end());
  std::vector<std::string> metrics;
  for (const std::string& name : wanted) {
    const auto having =
        std::count_if(variants.begin(), variants.end(),
                      [&](const VariantAnalyses& variant) { return has_metric(variant, name); });
    const bool known = std::find(metrics.begin(), metrics.end(), name) != metrics.end();
    if (having > 1 && !known && metrics.size() < kMostFigures) metrics.push_back(name);
  }
  return metrics;
}

void add_variants_side_by_side(HtmlPage& page, const Comparison& comparison,
                               const std::vector<VariantAnalyses>& variants) {
  const std::vector<std::string> metrics = compared_metrics(comparison, variants);
  if (metrics.empty()) return;
  page.heading("The variants side by side");
  for (const std::string& metric : metrics) page.figure(metric_figure(variants, metric));
}

VariantAnalyses analyses_of(const ComparedVariant& variant) {
  require(!variant.runs.empty(), kWhere, "a comparison must have at least one run; got none.");
  VariantAnalyses analyses{.name = variant.name};
  for (const RunDirectory& run : variant.runs) {
    analyses.runs.push_back(read_analysis(run.analysis()));
  }
  return analyses;
}

/// The convention of the losses, where the runs name one.
std::string spread_sentence(const AnalysisFiles& run) {
  const std::string convention = run.summary.text_or("loss_convention", "");
  const std::string loss = convention.empty() ? "" : "Loss: " + convention + ". ";
  return loss + "Spread: standard deviation over seeds.";
}

}  // namespace

std::string comparison_report(const Comparison& comparison) {
  require(!comparison.variants.empty(), kWhere,
          "a comparison must have at least one run; got none.");
  std::vector<VariantAnalyses> analyses;
  for (const ComparedVariant& variant : comparison.variants) {
    analyses.push_back(analyses_of(variant));
  }
  HtmlPage page("gril · experiment", comparison.name);
  if (!comparison.verdicts.empty()) {
    const bool holds = all_hold(comparison.verdicts);
    page.verdict(holds, holds ? "Reproduced" : "Not reproduced", verdict_sentence(comparison));
    page.table(verdict_rows(comparison.verdicts));
  }
  add_variants_side_by_side(page, comparison, analyses);
  for (std::size_t i = 0; i < analyses.size(); ++i) {
    add_variant(page, comparison.variants[i], analyses[i]);
  }
  page.heading("Every number");
  page.paragraph(spread_sentence(analyses.front().runs.front()));
  page.table(result_rows(comparison.results));
  return page.text();
}

void write_comparison_report(const Comparison& comparison, const std::filesystem::path& path) {
  write_file_atomically(path, comparison_report(comparison), kWhere);
}

}  // namespace gril
