#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gril {

/// `text` with &, <, > and quotation marks as HTML entities: fit for element content and
/// attributes.
std::string escape_html(std::string_view text);

/// A table of texts; every row has as many cells as there are columns.
struct HtmlTable {
  std::vector<std::string> columns = {};
  std::vector<std::vector<std::string>> rows = {};
};

/// A figure with the numbers behind it.
struct HtmlFigure {
  std::string title = {};
  std::string drawing = {};  ///< as draw() returns it; the one part of a page that is not escaped
  std::string caption = {};  ///< what is seen, in one or two sentences
  HtmlTable data = {};       ///< shown on demand, below the figure
};

/// One number that a reader should not miss.
struct HtmlTile {
  std::string label = {};
  std::string value = {};
  std::string note = {};  ///< unit, interval or what to compare with
};

/// One self-contained HTML document: styles and figures stand inside it, it loads nothing and runs
/// no script. It reads in light and dark surroundings, on a narrow screen and on paper.
/// Every text handed in is escaped.
class HtmlPage {
 public:
  /// `kicker` is the small line above the title.
  HtmlPage(const std::string& kicker, const std::string& title);

  /// The one sentence that a hurried reader takes away, as agreeing or not.
  void verdict(bool agrees, const std::string& label, const std::string& sentence);
  /// Numbers side by side.
  void tiles(const std::vector<HtmlTile>& tiles);
  void heading(const std::string& text);
  void paragraph(const std::string& text);
  /// Errors: InvalidArgument "[html_page] …" when a row has more or fewer cells than columns.
  void table(const HtmlTable& table);
  /// Figures added one after another stand side by side where there is room.
  void figure(const HtmlFigure& figure);
  /// A table that is folded away until the reader opens it.
  void folded_table(const std::string& summary, const HtmlTable& table);

  /// The whole document.
  std::string text() const;

 private:
  void leave_figures();

  std::string title_;
  std::string body_;
  bool in_figures_ = false;
};

}  // namespace gril
