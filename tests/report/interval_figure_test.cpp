#include "gril/report/interval_figure.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <limits>
#include <string>

#include "gril/base/error.h"
#include "tests/report/page_checks.h"
#include "tests/support/error_text.h"
#include "tests/support/temporary_folder.h"

namespace gril {
namespace {

IntervalFigure figure() {
  return {
      .x_label = "loss",
      .rows = {{.name = "a \"network\"", .value = 0.2, .low = 0.1, .high = 0.3, .further = {0.25}},
               {.name = "a method",
                .value = 0.4,
                .low = 0.4,
                .high = 0.4,
                .colour = Colour::kGradientDescent}},
      .legend = {{"networks", Colour::kModel}},
      .marked_x = 0.4};
}

TEST(IntervalFigure, ScriptHoldsEveryNumberUnderItsName) {
  const std::string script = gnuplot_script(figure());
  EXPECT_NE(script.find("('a \"network\"' 1, 'a method' 2)"), std::string::npos);
  EXPECT_NE(script.find("$value0 << EOD\n0.2 1 0.1 0.3\nEOD\n$further0 << EOD\n0.25 1\nEOD"),
            std::string::npos);
  EXPECT_NE(script.find("set yrange [2+0.6:0.4]"), std::string::npos) << "the first row on top";
}

TEST(IntervalFigure, TextsAreDrawnAndNeverRun) {
  const TemporaryFolder folder;
  const std::string file = (folder / "made").string();
  IntervalFigure named = figure();
  named.x_label = "`touch " + file + "` it's";
  named.rows[0].name = "`touch " + file + "`";
  const std::string drawing = draw(named, "intervals", "losses");
  EXPECT_FALSE(std::filesystem::exists(file));
  EXPECT_NE(drawing.find("`touch"), std::string::npos);
  EXPECT_NE(drawing.find(" it"), std::string::npos);
}

TEST(IntervalFigure, IsDrawn) {
  const std::string drawing = draw(figure(), "intervals", "losses");
  EXPECT_EQ(page_faults(drawing), std::vector<std::string>{});
  EXPECT_NE(drawing.find("a method"), std::string::npos);
  EXPECT_NE(drawing.find("networks</li>"), std::string::npos);
}

TEST(IntervalFigure, LeavesARowWithoutANumberEmpty) {
  IntervalFigure gap = figure();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  gap.rows[0] = {.name = "diverged", .value = nan, .low = nan, .high = nan};
  EXPECT_NE(draw(gap, "gap", "losses").find("diverged"), std::string::npos);
}

TEST(IntervalFigure, RefusesNoRow) {
  EXPECT_EQ(error_text<InvalidArgument>([] { gnuplot_script(IntervalFigure{}); }),
            "[figure] a figure must have at least one row; got none.");
}

}  // namespace
}  // namespace gril
