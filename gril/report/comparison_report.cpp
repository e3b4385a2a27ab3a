#include "gril/report/comparison_report.h"

#include <algorithm>
#include <cmath>

#include "gril/base/check.h"
#include "gril/base/file.h"
#include "gril/report/analysis_files.h"
#include "gril/report/figure.h"
#include "gril/report/html_page.h"
#include "gril/report/number_text.h"

namespace gril {
namespace {

constexpr std::string_view kWhere = "report";

/// Mean of several equally sampled curves, with the range of all of them as band.
Curve range_curve(const std::vector<std::vector<double>>& curves, const std::vector<double>& x,
                  const std::string& name) {
  Curve result{.name = name, .x = x};
  for (std::size_t i = 0; i < x.size(); ++i) {
    double sum = 0.0;
    double low = curves.front()[i];
    double high = low;
    for (const auto& curve : curves) {
      sum += curve[i];
      low = std::min(low, curve[i]);
      high = std::max(high, curve[i]);
    }
    result.y.push_back(sum / static_cast<double>(curves.size()));
    result.low.push_back(low);
    result.high.push_back(high);
  }
  return result;
}

HtmlTable range_table(const Curve& curve, const std::string& x_name) {
  HtmlTable table{{x_name, "mean", "lowest … highest"}, {}};
  for (std::size_t i = 0; i < curve.x.size(); ++i) {
    table.rows.push_back({number_text(curve.x[i]), number_text(curve.y[i]),
                          number_text(curve.low[i]) + " … " + number_text(curve.high[i])});
  }
  return table;
}

/// The mean of a value that every run has.
template <typename Read>
double mean_over(const std::vector<AnalysisFiles>& runs, const Read& read) {
  double sum = 0.0;
  for (const AnalysisFiles& run : runs) sum += read(run);
  return sum / static_cast<double>(runs.size());
}

HtmlFigure learning_figure(const std::vector<AnalysisFiles>& runs, const std::string& variant) {
  std::vector<std::vector<double>> losses;
  std::vector<double> steps;
  for (const AnalysisFiles& run : runs) {
    const Json& line = run.learning_curve["evaluation"];
    const auto own = line["steps"].get<std::vector<double>>();
    if (steps.empty()) steps = own;
    require(own == steps, kWhere,
            "the runs of one experiment must be evaluated at the same steps.");
    losses.push_back(line["losses"].get<std::vector<double>>());
  }
  const Curve networks = range_curve(losses, steps, "networks, mean and range");
  const auto level = [&](const char* key) {
    return mean_over(runs, [&](const AnalysisFiles& run) {
      return run.predictions["loss"][key]["value"].get<double>();
    });
  };
  const std::vector<double> ends{0.0, steps.back()};
  LineFigure figure{
      .x_label = "training steps", .y_label = loss_label(runs.front()), .from_zero = true};
  figure.curves = {networks,
                   {.name = "tuned gradient descent",
                    .x = ends,
                    .y = {level("gradient_descent"), level("gradient_descent")},
                    .colour = Colour::kGradientDescent,
                    .stroke = Stroke::kDashed},
                   {.name = "always predicting 0",
                    .x = ends,
                    .y = {level("null"), level("null")},
                    .colour = Colour::kReference,
                    .stroke = Stroke::kDotted}};
  return {.title = "Learning curves",
          .drawing = draw(figure, "learning" + variant, "Loss over training steps"),
          .caption = "Mean over seeds on the evaluation prompts; the band spans all seeds.",
          .data = range_table(networks, "step")};
}

HtmlFigure context_figure(const std::vector<AnalysisFiles>& runs, const std::string& variant) {
  std::vector<std::vector<double>> losses;
  Curve descent{.name = "gradient descent, tuned per length",
                .colour = Colour::kGradientDescent,
                .stroke = Stroke::kDashed};
  for (const AnalysisFiles& run : runs) {
    losses.emplace_back();
    for (const Json& point : run.context_length["points"]) {
      losses.back().push_back(point["model"]["value"].get<double>());
    }
  }
  for (const Json& point : runs.front().context_length["points"]) {
    descent.x.push_back(point["examples"].get<double>());
    descent.y.push_back(point["gradient_descent"]["value"].get<double>());
  }
  const Curve networks = range_curve(losses, descent.x, "networks, mean and range");
  LineFigure figure{.x_label = "context examples",
                    .y_label = loss_label(runs.front()),
                    .curves = {networks, descent},
                    .from_zero = true};
  figure.marked_x = runs.front().context_length["trained_examples"].get<double>();
  figure.mark = "trained";
  return {.title = "Loss over context length",
          .drawing = draw(figure, "context" + variant, "Loss over the number of context examples"),
          .caption = "Mean over seeds; the band spans all seeds. All seeds see the same prompts.",
          .data = range_table(networks, "examples")};
}

std::string counted(std::size_t count, const std::string& noun) {
  return number_text(static_cast<double>(count)) + " " + noun + (count == 1 ? "" : "s");
}

std::string verdict_sentence(const Comparison& comparison) {
  const auto holding = std::count_if(comparison.verdicts.begin(), comparison.verdicts.end(),
                                     [](const Verdict& verdict) { return verdict.holds; });
  std::size_t runs = 0;
  for (const ComparedVariant& variant : comparison.variants) runs += variant.runs.size();
  const bool several = comparison.variants.size() > 1;
  return number_text(static_cast<double>(holding)) + " of " +
         number_text(static_cast<double>(comparison.verdicts.size())) + " expectations hold over " +
         (several ? counted(runs, "run") + " of " + counted(comparison.variants.size(), "variant")
                  : counted(runs, "seed")) +
         ".";
}

HtmlTable verdict_rows(const std::vector<Verdict>& verdicts) {
  HtmlTable table{{"result", "expected", "obtained", "verdict", "source"}, {}};
  for (const Verdict& verdict : verdicts) {
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

/// One row per run: where it lies and what was concluded.
HtmlTable run_rows(const ComparedVariant& variant, const std::vector<AnalysisFiles>& runs) {
  HtmlTable table{{"run", "loss over tuned gradient descent's", "conclusion"}, {}};
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const Json ratio = find_metric(runs[i].summary, "loss_ratio_to_tuned_gd");
    table.rows.push_back({variant.runs[i].root().filename().string(),
                          ratio.is_null() ? "–" : number_text(ratio["value"]),
                          plain_text(runs[i].summary["conclusion"]["sentence"])});
  }
  return table;
}

/// The seeds of one variant side by side.
void add_variant(HtmlPage& page, const ComparedVariant& variant,
                 const std::vector<AnalysisFiles>& runs) {
  page.heading(variant.name.empty() ? "All seeds" : variant.name + ", all seeds");
  const bool trained = std::none_of(runs.begin(), runs.end(), [](const AnalysisFiles& run) {
    return run.learning_curve.is_null() || run.learning_curve["evaluation"]["steps"].empty();
  });
  if (trained) page.figure(learning_figure(runs, variant.name));
  page.figure(context_figure(runs, variant.name));
  page.table(run_rows(variant, runs));
}

std::vector<AnalysisFiles> analyses_of(const ComparedVariant& variant) {
  require(!variant.runs.empty(), kWhere, "a comparison must have at least one run; got none.");
  std::vector<AnalysisFiles> runs;
  for (const RunDirectory& run : variant.runs) runs.push_back(read_analysis(run.analysis()));
  return runs;
}

}  // namespace

std::string comparison_report(const Comparison& comparison) {
  require(!comparison.variants.empty(), kWhere,
          "a comparison must have at least one run; got none.");
  std::vector<std::vector<AnalysisFiles>> analyses;
  for (const ComparedVariant& variant : comparison.variants) {
    analyses.push_back(analyses_of(variant));
  }
  HtmlPage page("gril · experiment", comparison.name);
  if (!comparison.verdicts.empty()) {
    const bool holds = all_hold(comparison.verdicts);
    page.verdict(holds, holds ? "Reproduced" : "Not reproduced", verdict_sentence(comparison));
    page.table(verdict_rows(comparison.verdicts));
  }
  for (std::size_t i = 0; i < analyses.size(); ++i) {
    add_variant(page, comparison.variants[i], analyses[i]);
  }
  page.heading("Every number");
  page.paragraph("Loss: " + plain_text(analyses.front().front().summary["loss_convention"]) +
                 ". Spread: standard deviation over seeds.");
  page.table(result_rows(comparison.results));
  return page.text();
}

void write_comparison_report(const Comparison& comparison, const std::filesystem::path& path) {
  write_file_atomically(path, comparison_report(comparison), kWhere);
}

}  // namespace gril
