#include "gril/report/comparison_report.h"

#include <gtest/gtest.h>

#include "gril/base/error.h"
#include "gril/base/json_file.h"
#include "tests/report/page_checks.h"
#include "tests/report/sample_analysis.h"
#include "tests/report/sample_decompilation.h"
#include "tests/support/error_text.h"
#include "tests/support/temporary_folder.h"

namespace gril {
namespace {

Result sample_result(double value) {
  return {.name = "loss",
          .value = value,
          .unit = "half squared error, mean over outputs",
          .uncertainty = 0.00012,
          .samples = 2,
          .source = "a test"};
}

Comparison sample_comparison(const TemporaryFolder& folder, double loss) {
  Comparison comparison{.name = "one <step>",
                        .variants = {{.name = "",
                                      .runs = {write_sample_run(folder.path() / "seed-1"),
                                               write_sample_run(folder.path() / "seed-2")}}},
                        .verdicts = {},
                        .results = {sample_result(loss)}};
  const Expectation expectation{.name = "loss",
                                .lowest = 0.2,
                                .highest = 0.21,
                                .rule = "0.205 ± 0.005",
                                .source = "a derivation"};
  comparison.verdicts = compare({expectation}, comparison.results);
  return comparison;
}

TEST(ComparisonReport, StatesTheVerdictWithItsSpread) {
  const TemporaryFolder folder;
  const std::string page = comparison_report(sample_comparison(folder, 0.2069));
  EXPECT_NE(page.find("Reproduced</b>1 of 1 expectations hold over 2 seeds."), std::string::npos);
  EXPECT_NE(page.find("0.2069 ± 0.00012"), std::string::npos);
  EXPECT_NE(page.find("one &lt;step&gt;"), std::string::npos);
  EXPECT_EQ(page.find("http"), std::string::npos);
}

TEST(ComparisonReport, StatesAFailureAsPlainly) {
  const TemporaryFolder folder;
  const std::string page = comparison_report(sample_comparison(folder, 0.3));
  EXPECT_NE(page.find("Not reproduced</b>0 of 1 expectations hold"), std::string::npos);
  EXPECT_NE(page.find("<td>FAILS</td>"), std::string::npos);
}

// Two seeds, one with doubled losses: the band must span both and the mean lie between.
TEST(ComparisonReport, ShowsMeanAndRangeOverSeeds) {
  const TemporaryFolder folder;
  const Comparison comparison = sample_comparison(folder, 0.2069);
  const auto path = comparison.variants[0].runs[1].analysis() / "learning_curve.json";
  Json curve = read_json(path, "test");
  for (Json& loss : curve["evaluation"]["losses"]) loss = 2.0 * loss.get<double>();
  write_json(path, curve, "test");
  const std::string page = comparison_report(comparison);
  EXPECT_NE(page.find("<td class=\"number\">0.615</td><td class=\"number\">0.41 … 0.82</td>"),
            std::string::npos);
}

/// Moves the evaluations of a run to other steps.
void move_steps(const RunDirectory& run, int by) {
  const auto path = run.analysis() / "learning_curve.json";
  Json curve = read_json(path, "test");
  for (Json& step : curve["evaluation"]["steps"]) step = step.get<int>() + by;
  write_json(path, curve, "test");
}

// 100, 200, …, 4000 and 2100, …, 6000 share 2100 to 4000.
TEST(ComparisonReport, TakesTheMeanWhereAllRunsWereEvaluated) {
  const TemporaryFolder folder;
  const Comparison comparison = sample_comparison(folder, 0.2069);
  move_steps(comparison.variants[0].runs[1], 2000);
  const std::string page = comparison_report(comparison);
  EXPECT_EQ(page.find("<td class=\"number\">2000</td>"), std::string::npos);
  EXPECT_NE(page.find("<td class=\"number\">2100</td><td class=\"number\">0.31517</td>"
                      "<td class=\"number\">0.22033 … 0.41</td>"),
            std::string::npos)
      << "mean of 0.41 at step 100 and 0.207 + 0.2 / 15 at step 2100";
}

TEST(ComparisonReport, DrawsRunsWithoutCommonStepsOneByOne) {
  const TemporaryFolder folder;
  const Comparison comparison = sample_comparison(folder, 0.2069);
  move_steps(comparison.variants[0].runs[1], 50);
  const std::string page = comparison_report(comparison);
  EXPECT_NE(page.find("networks, one line per run"), std::string::npos);
  EXPECT_NE(page.find("<td class=\"number\">2</td><td class=\"number\">150</td>"
                      "<td class=\"number\">0.41</td>"),
            std::string::npos);
}

TEST(ComparisonReport, ShowsEveryVariantUnderItsName) {
  const TemporaryFolder folder;
  Comparison comparison = sample_comparison(folder, 0.2069);
  comparison.variants = {
      {.name = "n-14", .runs = {write_sample_run(folder.path() / "n-14" / "seed-1")}},
      {.name = "n-20", .runs = {write_sample_run(folder.path() / "n-20" / "seed-1")}}};
  const std::string page = comparison_report(comparison);
  EXPECT_NE(page.find("1 of 1 expectations hold over 2 runs of 2 variants."), std::string::npos);
  EXPECT_LT(page.find("n-14, all seeds"), page.find("n-20, all seeds"));
}

/// Two sizes of a decompiled network, two seeds of the first.
Comparison decompiled_comparison(const TemporaryFolder& folder) {
  const auto root = folder.path();
  return {.name = "sizes",
          .variants = {
              {.name = "n-14",
               .runs = {write_sample_decompilation(root / "n-14" / "seed-1"),
                        write_sample_decompilation(root / "n-14" / "seed-2")}},
              {.name = "n-20", .runs = {write_sample_decompilation(root / "n-20" / "seed-1")}}}};
}

/// Gives a metric of a run another value.
void set_metric(const RunDirectory& run, const std::string& name, double value) {
  const auto path = run.analysis() / "summary.json";
  Json summary = read_json(path, "test");
  for (Json& metric : summary["metrics"]) {
    if (metric["name"] == name) metric["value"] = value;
  }
  write_json(path, summary, "test");
}

TEST(ComparisonReport, ShowsDecompiledVariantsWithoutGradientDescent) {
  const TemporaryFolder folder;
  const std::string page = comparison_report(decompiled_comparison(folder));
  EXPECT_EQ(page_faults(page), std::vector<std::string>{});
  EXPECT_EQ(page.find("gradient descent"), std::string::npos);
  EXPECT_EQ(page.find("context length"), std::string::npos);
  EXPECT_EQ(count(page, "<h3>Learning curves</h3>"), 2);
  EXPECT_NE(page.find("<th>error over target variance</th><th>memory neurons</th>"),
            std::string::npos);
}

TEST(ComparisonReport, ShowsAMetricOverTheVariantsWithEverySeed) {
  const TemporaryFolder folder;
  const Comparison comparison = decompiled_comparison(folder);
  set_metric(comparison.variants[0].runs[1], "memory_neurons", 9);
  const std::string page = comparison_report(comparison);
  EXPECT_NE(page.find("<h3>memory neurons</h3>"), std::string::npos);
  EXPECT_NE(page.find("<td>n-14</td><td class=\"number\">6</td><td class=\"number\">3, 9</td>"),
            std::string::npos);
}

TEST(ComparisonReport, DrawsWhatIsExpectedOfTheVariantsFirst) {
  const TemporaryFolder folder;
  Comparison comparison = decompiled_comparison(folder);
  const auto expect = [](const char* name) {
    return Expectation{.name = name, .lowest = 0, .highest = 9, .rule = "at most 9", .source = ""};
  };
  comparison.verdicts = compare({expect("n-20.forget_neurons.highest")}, {});
  const std::string page = comparison_report(comparison);
  EXPECT_LT(page.find("<h3>forget neurons</h3>"), page.find("<h3>memory neurons</h3>"));
}

TEST(ComparisonReport, SetsKindsOfAnalysisSideBySide) {
  const TemporaryFolder folder;
  Comparison comparison = decompiled_comparison(folder);
  comparison.variants.push_back(
      {.name = "gru", .runs = {write_sample_black_box(folder.path() / "gru" / "seed-1")}});
  comparison.variants.push_back(
      {.name = "gril", .runs = {write_sample_run(folder.path() / "gril" / "seed-1")}});
  const std::string page = comparison_report(comparison);
  EXPECT_EQ(page_faults(page), std::vector<std::string>{});
  EXPECT_LT(page.find("gru, all seeds"), page.find("gril, all seeds"));
  EXPECT_EQ(count(page, "<h3>Loss over context length</h3>"), 1);
}

TEST(ComparisonReport, RefusesNoRuns) {
  EXPECT_EQ(error_text<InvalidArgument>([] { comparison_report({}); }),
            "[report] a comparison must have at least one run; got none.");
}

}  // namespace
}  // namespace gril
