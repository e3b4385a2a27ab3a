#include "gril/report/inline_svg.h"

#include "gril/report/html_page.h"

namespace gril {
namespace {

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  std::size_t place = 0;
  while ((place = text.find(from, place)) != std::string::npos) {
    text.replace(place, from.size(), to);
    place += to.size();
  }
}

/// Removes every stretch from `open` to the next `close`, both included.
void remove_between(std::string& text, const std::string& open, const std::string& close) {
  std::size_t begin = 0;
  while ((begin = text.find(open, begin)) != std::string::npos) {
    const std::size_t end = text.find(close, begin + open.size());
    if (end == std::string::npos) return;
    text.erase(begin, end + close.size() - begin);
  }
}

}  // namespace

std::string inline_svg(const std::string& svg, const std::string& id, const std::string& label) {
  std::string text = svg;
  remove_between(text, "<?xml", "?>");
  remove_between(text, "<title>", "</title>");
  remove_between(text, "<desc>", "</desc>");
  remove_between(text, " xmlns=\"", "\"");
  remove_between(text, " xmlns:xlink=\"", "\"");
  replace_all(text, "xlink:href", "href");
  replace_all(text, "id='", "id='" + id + "_");
  replace_all(text, "id=\"", "id=\"" + id + "_");
  replace_all(text, "href='#", "href='#" + id + "_");
  replace_all(text, "url(#", "url(#" + id + "_");
  // A group's colour is what currentColor means inside it: without it the page's colour is taken.
  replace_all(text, " color=\"black\"", "");
  replace_all(text, "stroke='black'", "stroke='currentColor'");
  replace_all(text, "stroke=\"black\"", "stroke=\"currentColor\"");
  replace_all(text, "fill=\"black\"", "fill=\"currentColor\"");
  replace_all(text, "fill = 'black'", "fill='currentColor'");
  replace_all(text, "<svg", "<svg role=\"img\" aria-label=\"" + escape_html(label) + "\"");
  text.erase(0, text.find("<svg"));
  return text;
}

std::string no_drawing(const std::string& label) {
  return "<p>" + escape_html(label) + ": none of its numbers exists.</p>\n";
}

}  // namespace gril
