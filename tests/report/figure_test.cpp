#include "gril/report/figure.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "gril/base/error.h"
#include "gril/report/gnuplot.h"
#include "gril/report/inline_svg.h"
#include "tests/support/error_text.h"

namespace gril {
namespace {

/// Sets PATH for the length of a test.
class PathWithout {
 public:
  PathWithout() : earlier_(std::getenv("PATH")) { setenv("PATH", "/nowhere", 1); }
  ~PathWithout() { setenv("PATH", earlier_.c_str(), 1); }
  PathWithout(const PathWithout&) = delete;
  PathWithout& operator=(const PathWithout&) = delete;

 private:
  std::string earlier_;
};

LineFigure sample_figure() {
  return {.x_label = "x \"quoted\"",
          .y_label = "y",
          .curves = {{.name = "a <b>",
                      .x = {1, 2, 3},
                      .y = {2, 1, NAN},
                      .low = {1, 0, NAN},
                      .high = {3, 2, NAN}}}};
}

TEST(Gnuplot, NamesTheMissingProgramAndItsPackage) {
  const PathWithout nothing;
  EXPECT_EQ(error_text<InvalidArgument>([] { run_gnuplot("plot 1\n", 100, 100); }),
            "[gnuplot] the program gnuplot draws the figures and must be on PATH; got none. "
            "Install it with: apt-get install gnuplot-nox");
}

TEST(Gnuplot, RepeatsTheProgramsOwnMessageAboutABadScript) {
  const std::string text =
      error_text<InvalidArgument>([] { run_gnuplot("plot nonsense(\n", 100, 100); });
  EXPECT_EQ(text.find("[gnuplot] the program must accept the script; got: "), 0U);
  EXPECT_NE(text.find("figure.gp"), std::string::npos);
}

TEST(Figure, IsAnSvgElementThatLoadsNothing) {
  const std::string svg = draw(sample_figure(), "one", "a \"label\"");
  EXPECT_NE(svg.find("<svg role=\"img\""), std::string::npos);
  EXPECT_NE(svg.find("aria-label=\"a &quot;label&quot;\""), std::string::npos);
  EXPECT_EQ(svg.find("http"), std::string::npos);
  EXPECT_EQ(svg.find("<?xml"), std::string::npos);
  EXPECT_NE(svg.find("a &lt;b&gt;</li>"), std::string::npos);
}

TEST(Figure, DrawsLettersInTheColourOfThePage) {
  const std::string svg = draw(sample_figure(), "one", "label");
  EXPECT_EQ(svg.find("\"black\""), std::string::npos);
  EXPECT_NE(svg.find("fill=\"currentColor\""), std::string::npos);
}

TEST(Figure, GivesEveryIdItsPrefix) {
  const std::string svg = draw(sample_figure(), "one", "label");
  for (std::size_t at = 0; (at = svg.find(" id=", at)) != std::string::npos; ++at) {
    EXPECT_EQ(svg.substr(at + 5, 4), "one_");
  }
}

TEST(Figure, DrawsAHeatMapWithItsNumbers) {
  const HeatMap map{.values = {{-1.0, 0.25}, {0.5, 1.0}}, .print_values = true};
  const std::string svg = draw(map, "map", "label");
  EXPECT_NE(svg.find("0.250"), std::string::npos);
  EXPECT_NE(svg.find("rgb(  0, 114, 178)"), std::string::npos) << "-1 is the blue end";
  EXPECT_NE(svg.find("rgb(213,  94,   0)"), std::string::npos) << "1 is the vermilion end";
}

TEST(Figure, NamesPlacesOfAnAxisInsteadOfNumberingThem) {
  const LineFigure figure{.x_names = {"one", "two"}, .curves = {{.x = {1, 2}, .y = {3, 4}}}};
  const std::string svg = draw(figure, "names", "label");
  EXPECT_NE(svg.find(">one<"), std::string::npos);
  EXPECT_NE(svg.find(">two<"), std::string::npos);
  EXPECT_EQ(svg.find(">1<"), std::string::npos);
}

TEST(Figure, DrawsALineForEverySplitOfAMap) {
  HeatMap map{.values = {{1, 2}, {3, 4}}};
  const auto lines = [&] {
    const std::string script = gnuplot_script(map);
    return script.find("set arrow") == std::string::npos ? std::string() : script;
  };
  EXPECT_EQ(lines(), "");
  map.row_splits = {1};
  map.column_splits = {1};
  EXPECT_NE(lines().find("from -0.5, 1-0.5 to 2-0.5, 1-0.5"), std::string::npos);
  EXPECT_NE(lines().find("from 1-0.5, -0.5 to 1-0.5, 2-0.5"), std::string::npos);
}

TEST(Figure, ThinsNamesThatDoNotFit) {
  HeatMap map{.values = {std::vector<double>(60, 1.0)}};
  for (int i = 0; i < 60; ++i) map.column_names.push_back("name" + std::to_string(i) + "!");
  const std::string script = gnuplot_script(map);
  EXPECT_NE(script.find("name3!"), std::string::npos);
  EXPECT_EQ(script.find("name4!"), std::string::npos);
}

TEST(Figure, RefusesCurvesAndMatricesThatDoNotFit) {
  LineFigure figure;
  EXPECT_EQ(error_text<InvalidArgument>([&] { gnuplot_script(figure); }),
            "[figure] a figure must have at least one curve; got none.");
  figure.curves = {{.name = "a", .x = {1, 2}, .y = {1}}};
  EXPECT_EQ(error_text<InvalidArgument>([&] { gnuplot_script(figure); }),
            "[figure] x and y of curve \"a\" must have one length; got 2 and 1.");
  figure.curves = {{.name = "a", .x = {1}, .y = {1}, .low = {1, 2}, .high = {1}}};
  EXPECT_EQ(error_text<InvalidArgument>([&] { gnuplot_script(figure); }),
            "[figure] the band of curve \"a\" must have the length of x, 1; got 2 and 1.");
  EXPECT_EQ(error_text<InvalidArgument>([] { gnuplot_script(HeatMap{}); }),
            "[figure] a heat map must have at least one cell; got none.");
  EXPECT_EQ(error_text<InvalidArgument>([] {
              gnuplot_script(HeatMap{.values = {{1, 2}, {1}}});
            }),
            "[figure] the rows of a heat map must have one length; got 2 and 1.");
}

}  // namespace
}  // namespace gril
