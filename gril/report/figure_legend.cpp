#include "gril/report/figure_legend.h"

#include "gril/report/gnuplot_text.h"
#include "gril/report/html_page.h"

namespace gril {
namespace {

/// The dashes of a stroke at the size of a legend.
const char* legend_dashes(Stroke stroke) {
  if (stroke == Stroke::kDashed) return " stroke-dasharray=\"8 4\"";
  if (stroke == Stroke::kDotted) return " stroke-dasharray=\"2 4\"";
  return "";
}

}  // namespace

std::string figure_legend(const std::vector<Curve>& curves) {
  std::string html = "<ul class=\"legend\">\n";
  for (const Curve& curve : curves) {
    if (curve.name.empty()) continue;
    const std::string colour = colour_code(curve.colour);
    html += "<li><svg viewBox=\"0 0 26 8\" aria-hidden=\"true\">";
    html += curve.stroke == Stroke::kPoints
                ? "<circle cx=\"13\" cy=\"4\" r=\"3.5\" fill=\"" + colour + "\"/>"
                : "<path d=\"M0,4 H26\" stroke-width=\"2.5\" stroke=\"" + colour + "\"" +
                      legend_dashes(curve.stroke) + "/>";
    html += "</svg>" + escape_html(curve.name) + "</li>\n";
  }
  return html + "</ul>\n";
}

}  // namespace gril
