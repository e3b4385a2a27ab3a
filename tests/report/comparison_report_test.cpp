#include "gril/report/comparison_report.h"

#include <gtest/gtest.h>

#include "gril/base/error.h"
#include "gril/base/json_file.h"
#include "tests/report/sample_analysis.h"
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

TEST(ComparisonReport, RefusesRunsEvaluatedAtOtherSteps) {
  const TemporaryFolder folder;
  const Comparison comparison = sample_comparison(folder, 0.2069);
  const auto path = comparison.variants[0].runs[1].analysis() / "learning_curve.json";
  Json curve = read_json(path, "test");
  curve["evaluation"]["steps"][0] = 7;
  write_json(path, curve, "test");
  EXPECT_EQ(error_text<InvalidArgument>([&] { comparison_report(comparison); }),
            "[report] the runs of one experiment must be evaluated at the same steps.");
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

TEST(ComparisonReport, RefusesNoRuns) {
  EXPECT_EQ(error_text<InvalidArgument>([] { comparison_report({}); }),
            "[report] a comparison must have at least one run; got none.");
}

}  // namespace
}  // namespace gril
