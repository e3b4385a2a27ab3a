#include "gril/report/interval_figure.h"

#include <algorithm>
#include <cmath>
#include <sstream>

#include "gril/base/check.h"
#include "gril/report/figure_legend.h"
#include "gril/report/gnuplot.h"
#include "gril/report/gnuplot_text.h"
#include "gril/report/inline_svg.h"

namespace gril {
namespace {

constexpr int kWidth = 560;
constexpr int kRowHeight = 22;
constexpr int kAxisHeight = 70;

void write_axes(std::ostream& script, const IntervalFigure& figure) {
  const std::size_t rows = figure.rows.size();
  script << "set border 1 lw 1\nset tics out nomirror scale 0.6\nunset key\n"
         << "set grid xtics lc rgb \"#8A8A8A\" lw 0.4 dt (2,4)\nset bars 0\n"
         << "set offsets graph 0.03, graph 0.03, 0, 0\n"
         << "set xlabel " << gnuplot_string(figure.x_label) << "\nset yrange [" << rows
         << "+0.6:0.4]\nset ytics scale 0 (";
  for (std::size_t i = 0; i < rows; ++i) {
    script << (i == 0 ? "" : ", ") << gnuplot_string(figure.rows[i].name) << ' ' << i + 1;
  }
  script << ")\n";
  if (figure.logarithmic_x) script << "set logscale x\nset format x \"%g\"\nset offsets 0,0,0,0\n";
  if (!std::isfinite(figure.marked_x)) return;
  const std::string x = gnuplot_number(figure.marked_x);
  script << "set arrow from " << x << ", graph 0 to " << x
         << ", graph 1 nohead lw 1 dt (4,4) lc rgb \"#8A8A8A\"\n";
}

/// One data block per row: its value with the interval, then the further values.
void write_rows(std::ostream& script, const std::vector<IntervalRow>& rows) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    script << "$value" << i << " << EOD\n"
           << gnuplot_number(rows[i].value) << ' ' << i + 1 << ' ' << gnuplot_number(rows[i].low)
           << ' ' << gnuplot_number(rows[i].high) << "\nEOD\n$further" << i << " << EOD\n";
    for (const double value : rows[i].further) {
      script << gnuplot_number(value) << ' ' << i + 1 << '\n';
    }
    script << "EOD\n";
  }
}

void write_plot(std::ostream& script, const std::vector<IntervalRow>& rows) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string colour =
        std::string(" lc rgb \"") + colour_code(rows[i].colour) + "\" notitle";
    script << (i == 0 ? "plot " : ", ") << "$value" << i
           << " using 1:2:3:4 with xerrorbars pt 7 ps 0.7 lw 1.6" << colour;
    if (!rows[i].further.empty()) {
      script << ", $further" << i << " using 1:2 with points pt 6 ps 0.5" << colour;
    }
  }
  script << '\n';
}

}  // namespace

std::string gnuplot_script(const IntervalFigure& figure) {
  require(!figure.rows.empty(), "figure", "a figure must have at least one row; got none.");
  std::ostringstream script;
  write_axes(script, figure);
  write_rows(script, figure.rows);
  write_plot(script, figure.rows);
  return script.str();
}

std::string draw(const IntervalFigure& figure, const std::string& id, const std::string& label) {
  const std::string script = gnuplot_script(figure);
  const bool empty =
      std::none_of(figure.rows.begin(), figure.rows.end(), [&](const IntervalRow& row) {
        return std::isfinite(row.value) && (!figure.logarithmic_x || row.value > 0.0);
      });
  if (empty) return no_drawing(label);
  std::vector<Curve> legend;
  for (const auto& [name, colour] : figure.legend) {
    legend.push_back({.name = name, .colour = colour, .stroke = Stroke::kPoints});
  }
  const int height = kAxisHeight + kRowHeight * static_cast<int>(figure.rows.size());
  return figure_legend(legend) + inline_svg(run_gnuplot(script, kWidth, height), id, label);
}

}  // namespace gril
