#include "gril/report/html_page.h"

#include "gril/base/check.h"
#include "gril/report/page_style.h"

namespace gril {
namespace {

/// Numbers and intervals stay on one line; words may wrap.
bool is_number(const std::string& cell) {
  const std::size_t word = cell.find_first_of("abcdfghijklmnopqrstuvwxyz%");
  return word == std::string::npos && cell.find_first_of("0123456789") != std::string::npos;
}

void append_row(std::string& html, const std::vector<std::string>& cells, const char* tag) {
  html += "<tr>";
  for (const std::string& cell : cells) {
    html += std::string("<") + tag + (is_number(cell) ? " class=\"number\">" : ">") +
            escape_html(cell) + "</" + tag + ">";
  }
  html += "</tr>\n";
}

std::string table_html(const HtmlTable& table) {
  std::string html = "<div class=\"scroll\"><table>\n<thead>";
  append_row(html, table.columns, "th");
  html += "</thead>\n<tbody>\n";
  for (const auto& row : table.rows) {
    require(row.size() == table.columns.size(), "html_page", "a row must have ",
            table.columns.size(), " cells, one per column; got ", row.size(), '.');
    append_row(html, row, "td");
  }
  return html + "</tbody></table></div>\n";
}

std::string folded(const std::string& summary, const HtmlTable& table) {
  return "<details><summary>" + escape_html(summary) + "</summary>\n" + table_html(table) +
         "</details>\n";
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (const char letter : text) {
    switch (letter) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      case '\'':
        result += "&#39;";
        break;
      default:
        result += letter;
    }
  }
  return result;
}

HtmlPage::HtmlPage(const std::string& kicker, const std::string& title) : title_(title) {
  body_ =
      "<p class=\"kicker\">" + escape_html(kicker) + "</p>\n<h1>" + escape_html(title) + "</h1>\n";
}

void HtmlPage::verdict(bool agrees, const std::string& label, const std::string& sentence) {
  leave_figures();
  body_ += std::string("<p class=\"verdict") + (agrees ? " agrees" : "") + "\"><b>" +
           escape_html(label) + "</b>" + escape_html(sentence) + "</p>\n";
}

void HtmlPage::tiles(const std::vector<HtmlTile>& tiles) {
  leave_figures();
  body_ += "<dl class=\"tiles\">\n";
  for (const HtmlTile& tile : tiles) {
    body_ += "<div><dt>" + escape_html(tile.label) + "</dt><dd>" + escape_html(tile.value) +
             "</dd><dd class=\"note\">" + escape_html(tile.note) + "</dd></div>\n";
  }
  body_ += "</dl>\n";
}

void HtmlPage::heading(const std::string& text) {
  leave_figures();
  body_ += "<h2>" + escape_html(text) + "</h2>\n";
}

void HtmlPage::paragraph(const std::string& text) {
  leave_figures();
  body_ += "<p>" + escape_html(text) + "</p>\n";
}

void HtmlPage::table(const HtmlTable& table) {
  leave_figures();
  body_ += table_html(table);
}

void HtmlPage::figure(const HtmlFigure& figure) {
  if (!in_figures_) body_ += "<div class=\"figures\">\n";
  in_figures_ = true;
  body_ += "<figure><h3>" + escape_html(figure.title) + "</h3>\n" + figure.drawing +
           "<figcaption>" + escape_html(figure.caption) + "</figcaption>\n" +
           folded("Numbers in this figure", figure.data) + "</figure>\n";
}

void HtmlPage::folded_table(const std::string& summary, const HtmlTable& table) {
  leave_figures();
  body_ += folded(summary, table);
}

void HtmlPage::leave_figures() {
  if (in_figures_) body_ += "</div>\n";
  in_figures_ = false;
}

std::string HtmlPage::text() const {
  return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
         escape_html(title_) + "</title>\n<style>" + kPageStyle +
         "</style>\n</head>\n<body>\n<main>\n" + body_ + (in_figures_ ? "</div>\n" : "") +
         "</main>\n</body>\n</html>\n";
}

}  // namespace gril
