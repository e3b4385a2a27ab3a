#include "gril/report/held_out_report.h"

#include <gtest/gtest.h>

#include "gril/base/json_file.h"
#include "gril/report/run_report.h"
#include "tests/report/page_checks.h"
#include "tests/report/sample_decompilation.h"
#include "tests/support/temporary_folder.h"

namespace gril {
namespace {

RunDirectory write_sample_held_out(const std::filesystem::path& root) {
  RunDirectory run = write_sample_black_box(root);
  const auto path = run.analysis() / "summary.json";
  Json summary = read_json(path, "test");
  summary["kind"] = "held_out";
  summary["metrics"].push_back({{"name", "test_accuracy"},
                                {"value", 0.875},
                                {"unit", "share"},
                                {"meaning", "share of <right> classes"}});
  write_json(path, summary, "test");
  return run;
}

TEST(HeldOutReport, ShowsTheMeasuresAndTheCurveAndOnlyNumbersOfItsFiles) {
  const TemporaryFolder folder;
  const RunDirectory run = write_sample_held_out(folder.path() / "run");
  const std::string page = run_report(run);
  EXPECT_EQ(page_faults(page), std::vector<std::string>{});
  EXPECT_EQ(foreign_numbers(page, run), std::vector<std::string>{});
  EXPECT_NE(page.find("test accuracy"), std::string::npos);
  EXPECT_NE(page.find("0.875"), std::string::npos);
  EXPECT_EQ(count(page, "<svg role="), 1) << "the learning curve";
}

TEST(HeldOutReport, SaysWhenThereIsNoCurve) {
  const TemporaryFolder folder;
  const RunDirectory run = write_sample_held_out(folder.path() / "run");
  std::filesystem::remove(run.analysis() / "learning_curve.json");
  EXPECT_NE(run_report(run).find("There is no learning curve"), std::string::npos);
}

}  // namespace
}  // namespace gril
