#include "gril/report/run_report.h"

#include <gtest/gtest.h>

#include <regex>
#include <set>

#include "gril/base/error.h"
#include "gril/base/file.h"
#include "gril/base/json_file.h"
#include "gril/report/number_text.h"
#include "tests/report/sample_analysis.h"
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

int count(const std::string& text, const std::string& part) {
  int found = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; ++at) ++found;
  return found;
}

/// Every number in a tree as the page prints it, and every text.
void collect_numbers(const Json& tree, std::set<std::string>& numbers) {
  if (tree.is_string()) numbers.insert(tree.get<std::string>());
  if (tree.is_number()) {
    for (const int digits : {3, 4, 5, 6, 10}) numbers.insert(number_text(tree, digits));
  }
  if (tree.is_structured()) {
    for (const Json& child : tree) collect_numbers(child, numbers);
  }
}

TEST(RunReport, LoadsNothingFromElsewhere) {
  for (const char* link : {"http:", "https:", "<script", "<link", "<img", "@import", "src="}) {
    EXPECT_EQ(sample_page().find(link), std::string::npos) << link;
  }
}

TEST(RunReport, ClosesEveryElementItOpens) {
  for (const std::string tag :
       {"svg", "figure", "table", "details", "div", "p", "main", "tr", "h3"}) {
    const int opened = count(sample_page(), "<" + tag + ">") +
                       count(sample_page(), "<" + tag + " ") +
                       count(sample_page(), "<" + tag + "\n");
    EXPECT_EQ(opened, count(sample_page(), "</" + tag + ">")) << tag;
    EXPECT_GT(opened, 0) << tag;
  }
}

TEST(RunReport, UsesEveryIdOnce) {
  std::set<std::string> ids;
  const std::regex pattern(R"( id=['"]([^'"]*)['"])");
  const std::string& page = sample_page();
  for (auto match = std::sregex_iterator(page.begin(), page.end(), pattern);
       match != std::sregex_iterator(); ++match) {
    EXPECT_TRUE(ids.insert((*match)[1]).second) << (*match)[1];
  }
  EXPECT_FALSE(ids.empty());
}

TEST(RunReport, ShowsOnlyNumbersThatStandInTheRunsFiles) {
  const TemporaryFolder folder;
  const RunDirectory run = write_sample_run(folder.path() / "run");
  std::set<std::string> known;
  for (const auto& file : std::filesystem::directory_iterator(run.analysis())) {
    collect_numbers(read_json(file.path(), "test"), known);
  }
  collect_numbers(read_json(run.provenance(), "test"), known);
  const std::string page = run_report(run);
  const std::regex cell(R"(<td class="number">([^<]*)</td>)");
  int compared = 0;
  for (auto match = std::sregex_iterator(page.begin(), page.end(), cell);
       match != std::sregex_iterator(); ++match) {
    const std::string text = (*match)[1];
    const std::size_t dots = text.find(" … ");
    for (const std::string& number :
         {text.substr(0, dots), dots == std::string::npos ? text : text.substr(dots + 5)}) {
      // Row and column numbers of matrices are positions, the η/N of gradient descent a quotient.
      const bool position = number.size() <= 2;
      const bool quotient = number == number_text(6.0717 / 10.0);
      EXPECT_TRUE(position || quotient || known.count(number) == 1) << number;
      ++compared;
    }
  }
  EXPECT_GT(compared, 100);
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
                ": format must be 1; got 7. Run gril analyze again.");
}

TEST(RunReport, WritesTheFileOfTheRunDirectory) {
  const TemporaryFolder folder;
  const RunDirectory run = write_sample_run(folder.path() / "run");
  write_run_report(run);
  EXPECT_EQ(read_file(run.report(), "test").find("<!DOCTYPE html>"), 0U);
}

}  // namespace
}  // namespace gril
