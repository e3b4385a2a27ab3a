#include "gril/report/run_report.h"

#include <gtest/gtest.h>

#include "gril/base/error.h"
#include "gril/base/file.h"
#include "gril/base/json_file.h"
#include "gril/report/html_page.h"
#include "gril/report/number_text.h"
#include "tests/report/page_checks.h"
#include "tests/report/sample_analysis.h"
#include "tests/report/sample_steps.h"
#include "tests/support/error_text.h"
#include "tests/support/temporary_folder.h"

namespace gril {
namespace {

/// One sample page for all tests that only read it: drawing it takes a second.
const std::string& sample_page() {
  static const TemporaryFolder folder;
  static const std::string page = run_report(write_sample_run(folder.path() / "run"));
  return page;
}

TEST(RunReport, IsWellFormedAndLoadsNothing) {
  EXPECT_EQ(page_faults(sample_page()), std::vector<std::string>{});
  EXPECT_GT(count(sample_page(), "<svg role="), 10);
}

TEST(RunReport, ShowsOnlyNumbersThatStandInTheRunsFiles) {
  const TemporaryFolder folder;
  const RunDirectory run = write_sample_run(folder.path() / "run");
  const std::string page = run_report(run);
  EXPECT_GT(count(page, "<td class=\"number\">"), 100);
  for (const std::string& number : foreign_numbers(page, run)) {
    // The η/N of gradient descent is a quotient.
    EXPECT_EQ(number, number_text(6.0717 / 10.0));
  }
}

TEST(RunReport, StatesTheConclusionEscapedAndTheConvention) {
  EXPECT_NE(sample_page().find("This network does &lt;one&gt; step."), std::string::npos);
  EXPECT_NE(sample_page().find("half squared error, mean over outputs"), std::string::npos);
  EXPECT_NE(sample_page().find("a &lt;cpu&gt; &amp; more"), std::string::npos);
}

TEST(RunReport, SaysWhyWeightsAreNotCompared) {
  const TemporaryFolder folder;
  const RunDirectory run = write_sample_run(folder.path() / "run");
  write_json(run.analysis() / "weights.json",
             {{"applies", false}, {"reason", "the layer is not a GRIL layer"}}, "test");
  const std::string page = run_report(run);
  EXPECT_NE(page.find("not compared with the construction: the layer is not a GRIL layer."),
            std::string::npos);
  EXPECT_EQ(page.find("Window weights"), std::string::npos);
}

TEST(RunReport, ShowsTheStepsOfAStackAndWhatItNeeds) {
  const TemporaryFolder folder;
  const RunDirectory run = write_sample_run(folder.path() / "run");
  write_sample_steps(run);
  const std::string page = run_report(run);
  EXPECT_EQ(page_faults(page), std::vector<std::string>{});
  for (const char* part :
       {"Which steps it makes", "7.125 + 2.25 i", "4.3125", "Paths of the predictions",
        "layer 1 → 2", "Without parts of layer 2", "layer removed",
        "construction's: the model has 4 layers; the basis of the stream between them"}) {
    const std::string escaped = escape_html(part);
    EXPECT_NE(page.find(escaped), std::string::npos) << part;
  }
  for (const std::string& number : foreign_numbers(page, run)) {
    EXPECT_EQ(number, number_text(6.0717 / 10.0));
  }
}

TEST(RunReport, DrawsTheLineToTheConstruction) {
  const TemporaryFolder folder;
  const RunDirectory run = write_sample_run(folder.path() / "run");
  write_sample_steps(run);
  write_json(run.analysis() / "interpolation.json",
             {{"applies", true},
              {"step_size", 6.0625},
              {"positions", {0.0, 0.5, 1.0}},
              {"losses", {0.20125, 0.20375, 0.2025}},
              {"barrier", 0.0093}},
             "test");
  const std::string page = run_report(run);
  EXPECT_EQ(page_faults(page), std::vector<std::string>{});
  EXPECT_NE(page.find("Between trained and constructed weights"), std::string::npos);
  EXPECT_NE(page.find("0.20375"), std::string::npos);
}

TEST(RunReport, AsksForAnAnalysisThatIsNotThere) {
  const TemporaryFolder folder;
  const RunDirectory run = write_sample_run(folder.path() / "run");
  std::filesystem::remove(run.analysis() / "predictions.json");
  EXPECT_EQ(error_text<InvalidArgument>([&] { run_report(run); }),
            "[report] " + run.analysis().string() +
                ": must hold predictions.json; got none. Run gril analyze on the run first.");
}

TEST(RunReport, RefusesAnotherFormatVersion) {
  const TemporaryFolder folder;
  const RunDirectory run = write_sample_run(folder.path() / "run");
  Json summary = sample_summary();
  summary["format"] = 7;
  write_json(run.analysis() / "summary.json", summary, "test");
  EXPECT_EQ(error_text<InvalidFile>([&] { run_report(run); }),
            "[report] " + (run.analysis() / "summary.json").string() +
                ": \"format\" must be 1; got 7. Run gril analyze again.");
}

TEST(RunReport, RefusesAnUnknownKindOfAnalysis) {
  const TemporaryFolder folder;
  const RunDirectory run = write_sample_run(folder.path() / "run");
  Json summary = sample_summary();
  summary["kind"] = "guess";
  write_json(run.analysis() / "summary.json", summary, "test");
  EXPECT_EQ(error_text<InvalidFile>([&] { run_report(run); }),
            "[report] " + (run.analysis() / "summary.json").string() +
                ": kind must be gradient_descent, decompiler, black_box or held_out; got guess. "
                "Use the gril "
                "that made the analysis.");
}

TEST(RunReport, WritesTheFileOfTheRunDirectory) {
  const TemporaryFolder folder;
  const RunDirectory run = write_sample_run(folder.path() / "run");
  write_run_report(run);
  EXPECT_EQ(read_file(run.report(), "test").find("<!DOCTYPE html>"), 0U);
}

}  // namespace
}  // namespace gril
