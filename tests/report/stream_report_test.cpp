#include "gril/report/stream_report.h"

#include <gtest/gtest.h>

#include "gril/base/error.h"
#include "gril/base/file.h"
#include "gril/base/json_file.h"
#include "tests/report/page_checks.h"
#include "tests/support/error_text.h"
#include "tests/support/temporary_folder.h"

namespace gril {
namespace {

/// Three methods over 200 rows; the model makes 10.5 of an error where the reference makes 10.
Json sample_curve(double model_error = 10.5) {
  const auto rising = [](double last) { return Json({last / 4, last / 2, last}); };
  return {{"kind", "gril_stream_curve"},
          {"model", "m.safetensors"},
          {"table", "<t>.csv"},
          {"target", "y"},
          {"reference", "recursive_least_squares"},
          {"rows", {50, 100, 200}},
          {"methods",
           {{{"name", "gril"}, {"cumulative", rising(model_error)}},
            {{"name", "recursive_least_squares"}, {"cumulative", rising(10.0)}},
            {{"name", "running_mean"}, {"cumulative", rising(400.0)}}}}};
}

TEST(StreamReport, StatesTheRegretOfTheModel) {
  const std::string page = stream_report(sample_curve(), "curve.json");
  EXPECT_EQ(page_faults(page), std::vector<std::string>{});
  EXPECT_NE(
      page.find("Within 10 %</b>After 200 rows the model&#39;s cumulative error is 1.05 times that "
                "of recursive least squares."),
      std::string::npos)
      << page;
  EXPECT_NE(page.find("<td>gril</td><td class=\"number\">10.5</td><td class=\"number\">0.5</td>"),
            std::string::npos);
  EXPECT_NE(
      page.find("<td>running mean</td><td class=\"number\">400</td><td class=\"number\">390</td>"),
      std::string::npos);
  EXPECT_NE(page.find("&lt;t&gt;.csv"), std::string::npos);
  EXPECT_EQ(count(page, "<svg role="), 1);
}

TEST(StreamReport, SaysAheadAndBehind) {
  EXPECT_NE(stream_report(sample_curve(9.0), "c").find("Ahead</b>"), std::string::npos);
  EXPECT_NE(stream_report(sample_curve(12.0), "c").find("Behind</b>"), std::string::npos);
}

TEST(StreamReport, IsWrittenBesideTheCurve) {
  const TemporaryFolder folder;
  write_json(folder / "curve.json", sample_curve(), "test");
  const auto path = write_stream_report(folder / "curve.json");
  EXPECT_EQ(path, folder / "curve.html");
  EXPECT_NE(read_file(path, "test").find("Within 10 %"), std::string::npos);
}

TEST(StreamReport, RefusesFilesThatAreNoCurve) {
  const auto refusal = [](const Json& tree) {
    return error_text<InvalidFile>([&] { stream_report(tree, "c.json"); });
  };
  EXPECT_EQ(refusal({{"kind", "other"}}),
            "[report] c.json: must be a run directory or a curve of gril stream; got another file. "
            "Write one with gril stream --curve.");
  Json curve = sample_curve();
  curve["methods"][0]["cumulative"].erase(0);
  EXPECT_EQ(
      refusal(curve),
      "[report] c.json: every curve must hold a number for each of 3 rows; got another. Write "
      "it anew with gril stream --curve.");
  curve = sample_curve();
  curve["methods"].erase(0);
  EXPECT_EQ(refusal(curve),
            "[report] c.json: the curve of gril must be there; got none. Write it anew with gril "
            "stream --curve.");
  curve["methods"][0].erase("name");
  EXPECT_EQ(refusal(curve),
            "[report] c.json: every method must have a name; got one without. Write the curve anew "
            "with gril stream --curve.");
}

}  // namespace
}  // namespace gril
