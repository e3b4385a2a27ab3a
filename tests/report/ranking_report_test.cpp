#include "gril/report/ranking_report.h"

#include <gtest/gtest.h>

#include "gril/base/error.h"
#include "gril/base/file.h"
#include "tests/report/page_checks.h"
#include "tests/support/error_text.h"
#include "tests/support/temporary_folder.h"

namespace gril {
namespace {

Json estimate(double value) {
  return {{"value", value}, {"low", 0.9 * value}, {"high", 1.1 * value}};
}

Json network() {
  return {{"name", "gril <small>"},
          {"kind", "learned"},
          {"parameters", 222},
          {"training_sequences", 768000},
          {"seeds", 2},
          {"loss", estimate(0.2051)},
          {"ratio", estimate(1.003)},
          {"seed_losses", {0.2051, 0.2078}},
          {"sources", {"runs/a/seed-1", "runs/a/seed-2"}},
          {"tuned", nullptr}};
}

Json method(const std::string& name, double loss, const Json& tuned) {
  return {{"name", name},
          {"kind", "classical"},
          {"parameters", 0},
          {"training_sequences", 0},
          {"seeds", 0},
          {"loss", estimate(loss)},
          {"ratio", estimate(loss / 0.2045)},
          {"seed_losses", {loss}},
          {"sources", Json::array()},
          {"tuned", tuned}};
}

Json sample_ranking(const std::vector<Json>& rows) {
  return {{"format", 1},
          {"kind", "ranking"},
          {"task", {{"kind", "sine_regression"}}},
          {"options",
           {{"tasks", 1000}, {"tuning_tasks", 2000}, {"seed", 0}, {"bootstrap_samples", 100}}},
          {"prompts", 1000},
          {"loss_convention", "half squared error, mean over outputs"},
          {"interval", "central 95 %"},
          {"arithmetic", "float64"},
          {"reference", "gradient descent, 1 step"},
          {"rows", rows}};
}

Json two_rows() {
  return sample_ranking(
      {method("gradient descent, 1 step", 0.2045, {{"learning_rate", 6.06}}), network()});
}

TEST(RankingReport, IsWellFormedAndSelfContained) {
  const std::string page = ranking_report(two_rows());
  EXPECT_EQ(page_faults(page), std::vector<std::string>{});
  EXPECT_EQ(count(page, "<svg role="), 1);
  EXPECT_NE(page.find("gril &lt;small&gt;"), std::string::npos);
}

TEST(RankingReport, SaysWhoLeads) {
  EXPECT_NE(ranking_report(two_rows()).find("A classical method leads</b>"), std::string::npos);
  const Json turned = sample_ranking(
      {network(), method("gradient descent, 1 step", 0.2062, {{"learning_rate", 6.06}})});
  EXPECT_NE(ranking_report(turned).find("A network leads</b>Least loss of a network: gril "
                                        "&lt;small&gt;, 0.2051 (0.1846 … 0.2256). Least loss of a "
                                        "classical method: gradient descent, 1 step, 0.2062"),
            std::string::npos);
}

TEST(RankingReport, TableHasEveryNumberOfARow) {
  const HtmlTable table = ranking_table(two_rows());
  ASSERT_EQ(table.rows.size(), 2U);
  EXPECT_EQ(table.rows[1], (std::vector<std::string>{
                               "2", "gril <small>", "learned", "222", "768000", "2", "0.2051",
                               "0.1846 … 0.2256", "0.2051 … 0.2078", "1.003", "0.9027 … 1.103"}));
  EXPECT_EQ(table.rows[0][3], "–") << "a classical method has no trained parameters";
}

TEST(RankingReport, AccuracyStandsWhereThereIsOne) {
  Json ranking = two_rows();
  for (Json& row : ranking["rows"]) row["accuracy"] = estimate(0.55);
  const HtmlTable table = ranking_table(ranking);
  EXPECT_EQ(table.columns.back(), "accuracy");
  EXPECT_EQ(table.rows[0].back(), "0.55");
}

TEST(RankingReport, ALossThatIsNotFiniteIsADash) {
  Json ranking = two_rows();
  ranking["rows"][1]["loss"] = {{"value", nullptr}, {"low", nullptr}, {"high", nullptr}};
  EXPECT_EQ(ranking_table(ranking).rows[1][6], "–");
  EXPECT_EQ(page_faults(ranking_report(ranking)), std::vector<std::string>{});
}

TEST(RankingReport, IsWrittenToAFile) {
  const TemporaryFolder folder;
  write_ranking_report(two_rows(), folder / "page.html");
  EXPECT_EQ(read_file(folder / "page.html", "test"), ranking_report(two_rows()));
}

TEST(RankingReport, RefusesOtherJson) {
  EXPECT_EQ(error_text<InvalidFile>([] {
              ranking_report({{"kind", "black_box"}});
            }),
            "[report] the ranking: must be of format 1 and kind ranking; got "
            "{\"kind\":\"black_box\"}. Use "
            "the gril that made it.");
}

}  // namespace
}  // namespace gril
