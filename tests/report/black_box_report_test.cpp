#include "gril/report/black_box_report.h"

#include <gtest/gtest.h>

#include "gril/base/json_file.h"
#include "gril/report/run_report.h"
#include "tests/report/page_checks.h"
#include "tests/report/sample_decompilation.h"
#include "tests/support/temporary_folder.h"

namespace gril {
namespace {

TEST(BlackBoxReport, IsWellFormedAndShowsOnlyNumbersOfItsFiles) {
  const TemporaryFolder folder;
  const RunDirectory run = write_sample_black_box(folder.path() / "run");
  const std::string page = run_report(run);
  EXPECT_EQ(page_faults(page), std::vector<std::string>{});
  EXPECT_EQ(foreign_numbers(page, run), std::vector<std::string>{});
  EXPECT_EQ(count(page, "<svg role="), 5) << "learning curve, scaling, three of the algorithms";
}

TEST(BlackBoxReport, SaysWhyThereAreNoKernels) {
  const TemporaryFolder folder;
  const std::string page = run_report(write_sample_black_box(folder.path() / "run"));
  EXPECT_NE(page.find("Here: it has &lt;two&gt; layers."), std::string::npos);
  EXPECT_NE(page.find("Known from outside only</b>"), std::string::npos);
}

TEST(BlackBoxReport, NamesTheNearestAlgorithm) {
  const TemporaryFolder folder;
  const RunDirectory run = write_sample_black_box(folder.path() / "run");
  EXPECT_NE(run_report(run).find("Nearest: one &lt;step&gt;."), std::string::npos);
  std::filesystem::remove(run.analysis() / "algorithms.json");
  const std::string without = run_report(run);
  EXPECT_EQ(without.find("Which algorithm it is near"), std::string::npos);
  EXPECT_EQ(count(without, "<svg role="), 2);
}

// A classifier has classification.json in place of algorithms.json.
TEST(BlackBoxReport, DrawsAClassifierBesideTheMethodsForClasses) {
  const TemporaryFolder folder;
  const RunDirectory run = write_sample_black_box(folder.path() / "run");
  std::filesystem::remove(run.analysis() / "algorithms.json");
  const auto method = [](const char* name, double divergence) {
    return Json{{"name", name},     {"tuned", {{"learning_rate", 3.25}}}, {"loss", 1.125},
                {"accuracy", 0.53}, {"divergence", divergence},           {"agreement", 0.97}};
  };
  write_json(run.analysis() / "classification.json",
             {{"prompts", 100},
              {"loss", 1.1875},
              {"accuracy", 0.515},
              {"algorithms", {method("all <alike>", 0.375), method("one step", 0.0)}},
              {"nearest", "one step"}},
             "test");
  const std::string page = run_report(run);
  EXPECT_EQ(page_faults(page), std::vector<std::string>{});
  EXPECT_EQ(foreign_numbers(page, run), std::vector<std::string>{});
  EXPECT_EQ(count(page, "<svg role="), 4) << "learning curve, scaling, two of the methods";
  EXPECT_NE(page.find("Nearest: one step."), std::string::npos);
  EXPECT_NE(page.find("all &lt;alike&gt;"), std::string::npos);
}

TEST(BlackBoxReport, SaysWhatItCannotDraw) {
  const TemporaryFolder folder;
  const RunDirectory run = write_sample_black_box(folder.path() / "run");
  leave_out(run, "scaling", "the outputs are <classes>");
  std::filesystem::remove(run.analysis() / "learning_curve.json");
  const std::string page = run_report(run);
  EXPECT_NE(page.find("Inputs of another size are not compared: the outputs are &lt;classes&gt;."),
            std::string::npos);
  EXPECT_NE(page.find("There is no learning curve"), std::string::npos);
  EXPECT_EQ(page_faults(page), std::vector<std::string>{});
}

}  // namespace
}  // namespace gril
