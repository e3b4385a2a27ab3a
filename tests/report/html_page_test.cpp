#include "gril/report/html_page.h"

#include <gtest/gtest.h>

#include "gril/base/error.h"
#include "tests/support/error_text.h"

namespace gril {
namespace {

TEST(HtmlPage, EscapesEveryTextItIsGiven) {
  const std::string bad = "<script>alert('x') & \"y\"</script>";
  HtmlPage page(bad, bad);
  page.verdict(true, bad, bad);
  page.heading(bad);
  page.paragraph(bad);
  page.table({{bad}, {{bad}}});
  page.figure({bad, "<svg></svg>", bad, {{bad}, {{bad}}}});
  page.folded_table(bad, {{bad}, {{bad}}});
  const std::string text = page.text();
  EXPECT_EQ(text.find("<script>"), std::string::npos);
  EXPECT_NE(text.find("&lt;script&gt;alert(&#39;x&#39;) &amp; &quot;y&quot;"), std::string::npos);
}

TEST(HtmlPage, PutsFollowingFiguresIntoOneGrid) {
  HtmlPage page("", "title");
  page.figure({"a", "<svg></svg>", "", {{"x"}, {}}});
  page.figure({"b", "<svg></svg>", "", {{"x"}, {}}});
  page.heading("next");
  page.figure({"c", "<svg></svg>", "", {{"x"}, {}}});
  std::string text = page.text();
  int grids = 0;
  for (std::size_t at = 0; (at = text.find("<div class=\"figures\">", at)) != std::string::npos;
       ++at) {
    ++grids;
  }
  EXPECT_EQ(grids, 2);
}

TEST(HtmlPage, RefusesRowsThatDoNotFitTheColumns) {
  HtmlPage page("", "title");
  EXPECT_EQ(error_text<InvalidArgument>([&] {
              page.table({{"a", "b"}, {{"1"}}});
            }),
            "[html_page] a row must have 2 cells, one per column; got 1.");
}

TEST(HtmlPage, HasAViewportAndBothColourSchemes) {
  const std::string text = HtmlPage("", "title").text();
  EXPECT_NE(text.find("width=device-width"), std::string::npos);
  EXPECT_NE(text.find("prefers-color-scheme: dark"), std::string::npos);
  EXPECT_NE(text.find("@media print"), std::string::npos);
}

}  // namespace
}  // namespace gril
