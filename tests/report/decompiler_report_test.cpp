#include "gril/report/decompiler_report.h"

#include <gtest/gtest.h>

#include "gril/base/error.h"
#include "gril/base/json_file.h"
#include "gril/report/run_report.h"
#include "tests/report/page_checks.h"
#include "tests/report/sample_decompilation.h"
#include "tests/support/error_text.h"
#include "tests/support/temporary_folder.h"

namespace gril {
namespace {

/// One sample page for all tests that only read it.
const std::string& sample_page() {
  static const TemporaryFolder folder;
  static const std::string page = run_report(write_sample_decompilation(folder.path() / "run"));
  return page;
}

/// The page of a sample whose file NAME.json was changed.
template <typename Change>
std::string changed_page(const char* name, const Change& change) {
  const TemporaryFolder folder;
  const RunDirectory run = write_sample_decompilation(folder.path() / "run");
  const auto path = run.analysis() / (std::string(name) + ".json");
  Json content = read_json(path, "test");
  change(content);
  write_json(path, content, "test");
  std::string page = run_report(run);
  EXPECT_EQ(page_faults(page), std::vector<std::string>{});
  return page;
}

bool holds(const std::string& page, const std::string& text) {
  return page.find(text) != std::string::npos;
}

TEST(DecompilerReport, IsWellFormedAndLoadsNothing) {
  EXPECT_EQ(page_faults(sample_page()), std::vector<std::string>{});
}

TEST(DecompilerReport, ShowsOnlyNumbersThatStandInTheRunsFiles) {
  const TemporaryFolder folder;
  const RunDirectory run = write_sample_decompilation(folder.path() / "run");
  const std::string page = run_report(run);
  EXPECT_GT(count(page, "<td class=\"number\">"), 300);
  EXPECT_EQ(foreign_numbers(page, run), std::vector<std::string>{});
}

TEST(DecompilerReport, AsksWhichAttentionAndAnswersWithTheConclusion) {
  EXPECT_TRUE(holds(sample_page(), "<h1>Which attention does this network compute?</h1>"));
  EXPECT_TRUE(holds(sample_page(), "Linear attention</b>This network is &lt;an&gt; example."));
  EXPECT_TRUE(holds(sample_page(), "<dt>memory neurons</dt><dd>3</dd>"));
  EXPECT_TRUE(holds(sample_page(),
                    "imitate a frozen linear attention layer of 2 features and 1 "
                    "head at every token of sequences of 6 tokens."));
}

TEST(DecompilerReport, DrawsEveryFigureOfACompleteAnalysis) {
  for (const char* title : {"Learning curve",
                            "Which neurons matter",
                            "How many neurons matter",
                            "In how many directions it remembers and asks",
                            "Trilinear tensor T of the network",
                            "Trilinear tensor T of the teacher",
                            "KQ: memory × current token",
                            "KK: memory × memory",
                            "QQ: the current token alone",
                            "W_O W_V, recovered",
                            "W_O W_V, teacher",
                            "W_Kᵀ W_Q, recovered",
                            "W_Kᵀ W_Q, teacher",
                            "What every token gives",
                            "Its share of the output",
                            "Input gate",
                            "Input map",
                            "Products of neurons in output 1",
                            "Products of neurons in output 2",
                            "How many products each output needs",
                            "Inputs of another size"}) {
    EXPECT_EQ(count(sample_page(), std::string("<h3>") + title + "</h3>"), 1) << title;
  }
}

TEST(DecompilerReport, SaysWhyItIsNoGradientDescent) {
  EXPECT_TRUE(holds(sample_page(), "The question does not apply: the task is &lt;another&gt;."));
}

TEST(DecompilerReport, SetsTheKernelOfAStepBesideTheBestRateWithItsCaution) {
  const TemporaryFolder folder;
  const RunDirectory run = write_sample_decompilation(folder.path() / "run");
  add_sample_descent(run);
  const std::string page = run_report(run);
  EXPECT_EQ(page_faults(page), std::vector<std::string>{});
  EXPECT_TRUE(holds(page, "the diagonal is 0.137, the best rate over the task&#39;s law is 0.139"));
  EXPECT_TRUE(holds(page, "Caution: A &lt;caution&gt;."));
  EXPECT_TRUE(holds(page, "<td>x1² y1</td><td class=\"number\">0.0817</td>"));
  EXPECT_TRUE(holds(page, "Whose predictions are nearest"));
}

TEST(DecompilerReport, WithoutKernelsGivesTheReasonAndNoFigureThatNeedsThem) {
  const TemporaryFolder folder;
  const RunDirectory run = write_sample_decompilation(folder.path() / "run");
  for (const char* name : {"kernels", "attention", "rebuilt", "descent"}) {
    leave_out(run, name, "λ of <neuron> 3 is 1.2");
  }
  const std::string page = run_report(run);
  EXPECT_EQ(page_faults(page), std::vector<std::string>{});
  EXPECT_EQ(count(page, "are left out: λ of &lt;neuron&gt; 3 is 1.2."), 1);
  EXPECT_TRUE(holds(page, "Which neurons matter"));
  for (const char* part : {"Trilinear", "W_O W_V", "KQ:", "What every token gives", "Products of",
                           "directions it remembers and asks", "rebuilt:"}) {
    EXPECT_FALSE(holds(page, part)) << part;
  }
}

TEST(DecompilerReport, WithoutATeacherShowsTheHeadAlone) {
  const std::string page = changed_page("attention", [](Json& attention) {
    attention["teacher"] = {{"applies", false}, {"reason", "nobody names <one>"}};
  });
  EXPECT_TRUE(holds(page, "It is compared with no teacher: nobody names &lt;one&gt;."));
  EXPECT_TRUE(holds(page, "W_O W_V, recovered"));
  EXPECT_FALSE(holds(page, "of the teacher"));
  EXPECT_FALSE(holds(page, "W_V, teacher"));
}

TEST(DecompilerReport, DrawsNoMatricesThatTheFunctionLeavesOpen) {
  const std::string page = changed_page("attention", [](Json& attention) {
    attention["heads"] = 2;
    attention["teacher"] = {{"applies", false}, {"reason", "none"}};
  });
  EXPECT_FALSE(holds(page, "W_O W_V, recovered"));
  EXPECT_TRUE(holds(page, "only those of one head are determined by the function"));
}

TEST(DecompilerReport, SaysWhatATeacherAsksThatTheNetworkCannot) {
  const std::string page = changed_page("attention", [](Json& attention) {
    attention["teacher"]["representable"] = false;
    attention["teacher"]["reason"] = "it has too <few> neurons";
    attention["teacher"]["heads"] = {{"applies", false}, {"reason", "more than <8> heads"}};
  });
  EXPECT_TRUE(holds(page, "It cannot represent this teacher exactly: it has too &lt;few&gt;"));
  EXPECT_TRUE(holds(page, "Single matrices are not compared: more than &lt;8&gt; heads."));
}

TEST(DecompilerReport, LeavesKernelsOutThatAreTooLarge) {
  const std::string page = changed_page("kernels", [](Json& kernels) {
    kernels["strengths"] = {{"applies", false}, {"reason", "<136> pairs are too many"}};
  });
  EXPECT_TRUE(holds(page, "The kernels are not drawn: &lt;136&gt; pairs are too many."));
  EXPECT_FALSE(holds(page, "KQ: memory"));
}

TEST(DecompilerReport, ANetworkInWhichNoNeuronMattersHasNoCanonicalForm) {
  const std::string page = changed_page("canonical", [](Json& form) {
    form = {{"neurons", Json::array()},     {"memory", 0},
            {"eigenvalues", Json::array()}, {"input_gate", Json::array()},
            {"input_map", Json::array()},   {"outputs", Json::array()}};
  });
  EXPECT_TRUE(holds(page, "No neuron has an influence above the threshold."));
  EXPECT_FALSE(holds(page, "<h3>Input gate</h3>"));
}

TEST(DecompilerReport, SaysWhyANetworkWithKernelsIsNotRebuilt) {
  const std::string page = changed_page("rebuilt", [](Json& rebuilt) {
    rebuilt = {{"applies", false}, {"reason", "less than <half> of it"}};
  });
  EXPECT_TRUE(holds(page, "It is not rebuilt as attention: less than &lt;half&gt; of it."));
}

TEST(DecompilerReport, AsksForAnAnalysisThatIsNotThere) {
  const TemporaryFolder folder;
  const RunDirectory run = write_sample_decompilation(folder.path() / "run");
  std::filesystem::remove(run.analysis() / "canonical.json");
  EXPECT_EQ(error_text<InvalidArgument>([&] { run_report(run); }),
            "[report] " + run.analysis().string() +
                ": must hold canonical.json; got none. Run gril analyze on the run first.");
}

}  // namespace
}  // namespace gril
