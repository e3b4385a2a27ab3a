#include "gril/report/figure.h"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <sstream>

#include "gril/base/check.h"
#include "gril/report/figure_legend.h"
#include "gril/report/gnuplot.h"
#include "gril/report/gnuplot_text.h"
#include "gril/report/inline_svg.h"

namespace gril {
namespace {

constexpr int kWidth = 560;
constexpr int kLineHeight = 320;
constexpr int kMapHeight = 400;

std::string stroke_code(Stroke stroke) {
  switch (stroke) {
    case Stroke::kSolid:
      return "lines lw 2.5";
    case Stroke::kDashed:
      return "lines lw 2.5 dt (12,6)";
    case Stroke::kDotted:
      return "lines lw 2.5 dt (3,5)";
    case Stroke::kPoints:
      return "points pt 7 ps 0.7";
  }
  return "lines";
}

/// An end of an axis for gnuplot: "*" leaves it to the data.
std::string bound(double value) { return std::isfinite(value) ? gnuplot_number(value) : "*"; }

void check_curve(const Curve& curve) {
  require(curve.x.size() == curve.y.size(), "figure", "x and y of curve \"", curve.name,
          "\" must have one length; got ", curve.x.size(), " and ", curve.y.size(), '.');
  require(curve.low.size() == curve.high.size() &&
              (curve.low.empty() || curve.low.size() == curve.x.size()),
          "figure", "the band of curve \"", curve.name, "\" must have the length of x, ",
          curve.x.size(), "; got ", curve.low.size(), " and ", curve.high.size(), '.');
}

void write_data(std::ostream& script, const Curve& curve, std::size_t index) {
  script << "$curve" << index << " << EOD\n";
  for (std::size_t i = 0; i < curve.x.size(); ++i) {
    script << gnuplot_number(curve.x[i]) << ' ' << gnuplot_number(curve.y[i]);
    if (!curve.low.empty())
      script << ' ' << gnuplot_number(curve.low[i]) << ' ' << gnuplot_number(curve.high[i]);
    script << '\n';
  }
  script << "EOD\n";
}

/// Whether names do not fit side by side along `share` of the width of a figure.
bool is_wide(const std::vector<std::string>& names, double share) {
  constexpr double kMostLetters = 50.0;
  std::size_t longest = 0;
  for (const std::string& name : names) longest = std::max(longest, name.size());
  return static_cast<double>(names.size() * (longest + 1)) > kMostLetters * share;
}

/// Names at x = 1, 2, … in place of numbers.
void write_names(std::ostream& script, const std::vector<std::string>& names) {
  script << "set xrange [0.5:" << names.size() << "+0.5]\nset xtics "
         << (is_wide(names, 1.0) ? "rotate by 30 right " : "") << '(';
  for (std::size_t i = 0; i < names.size(); ++i) {
    script << (i == 0 ? "" : ", ") << gnuplot_string(names[i]) << ' ' << i + 1;
  }
  script << ")\n";
}

void write_axes(std::ostream& script, const LineFigure& figure) {
  const bool right = !figure.right_label.empty();
  script << "set border " << (right ? 11 : 3) << " lw 1\nset tics out nomirror scale 0.6\n"
         << "set grid lc rgb \"#8A8A8A\" lw 0.4 dt (2,4)\n"
         << "set xlabel " << gnuplot_string(figure.x_label) << "\nset ylabel "
         << gnuplot_string(figure.y_label) << "\nunset key\n"
         << "set offsets graph 0, graph 0, graph 0.06, graph 0.04\nset xtics autofreq\n";
  if (figure.from_zero) script << "set offsets 0, 0, graph 0.06, 0\n";
  script << "set yrange [" << (figure.from_zero ? "0" : bound(figure.lowest_y)) << ':'
         << bound(figure.highest_y) << "]\nset y2range [" << bound(figure.lowest_right) << ':'
         << bound(figure.highest_right) << "]\n";
  if (right)
    script << "set y2tics autofreq\nset y2label " << gnuplot_string(figure.right_label) << '\n';
  if (!figure.x_names.empty()) write_names(script, figure.x_names);
  if (figure.logarithmic_x) script << "set logscale x\n";
  if (figure.logarithmic_y) {
    script << "set logscale y\nset format y \"%g\"\nset offsets 0,0,0,0\n";
  }
  if (!std::isfinite(figure.marked_x)) return;
  const std::string x = gnuplot_number(figure.marked_x);
  script << "set arrow from " << x << ", graph 0 to " << x
         << ", graph 1 nohead lw 1 dt (4,4) lc rgb \"#8A8A8A\"\n"
         << "set label " << gnuplot_string(figure.mark) << " at " << x
         << ", graph 0.97 offset 0.6,0 font \",13\"\n";
}

void write_curve(std::ostream& plot, const Curve& curve, std::size_t index) {
  const std::string axes = curve.right_axis ? " axes x1y2" : "";
  const std::string data = "$curve" + std::to_string(index);
  const char* colour = colour_code(curve.colour);
  if (!curve.low.empty()) {
    plot << data << " using 1:3:4" << axes << " with filledcurves fc rgb \"" << colour
         << "\" fs transparent solid 0.2 noborder notitle, ";
  }
  plot << data << " using 1:2" << axes << " with " << stroke_code(curve.stroke) << " lc rgb \""
       << colour << "\" notitle";
}

/// Whether a curve has a point within the axes: a logarithmic one has no 0 and nothing below.
bool has_point(const LineFigure& figure, const Curve& curve) {
  const auto shows = [](double value, bool logarithmic) {
    return std::isfinite(value) && (!logarithmic || value > 0.0);
  };
  for (std::size_t i = 0; i < curve.x.size(); ++i) {
    const bool height = shows(curve.y[i], figure.logarithmic_y && !curve.right_axis);
    if (height && shows(curve.x[i], figure.logarithmic_x)) return true;
  }
  return false;
}

/// Lowest and highest end of the colours of a map.
std::pair<double, double> colour_range(const HeatMap& map) {
  if (map.lowest < map.highest) return {map.lowest, map.highest};
  double lowest = std::numeric_limits<double>::infinity();
  double highest = -lowest;
  for (const auto& row : map.values) {
    for (const double value : row) {
      lowest = std::min(lowest, value);
      highest = std::max(highest, value);
    }
  }
  if (map.sequential) return {lowest, std::max(highest, lowest + 1e-6)};
  const double reach = std::max({std::abs(lowest), std::abs(highest), 1e-12});
  return {-reach, reach};
}

std::string tick_list(const std::vector<std::string>& names, std::size_t count) {
  std::ostringstream ticks;
  ticks << '(';
  constexpr std::size_t kMostNames = 28;
  const std::size_t numbered = count > 12 ? count / 10 : 1;
  const std::size_t step = names.empty() ? numbered : (count + kMostNames - 1) / kMostNames;
  for (std::size_t i = 0; i < count; i += step) {
    ticks << (i == 0 ? "" : ", ")
          << gnuplot_string(names.empty() ? std::to_string(i + 1) : names[i]) << ' ' << i;
  }
  return ticks.str() + ")";
}

/// Thin lines between rows and between columns.
void write_splits(std::ostream& script, const HeatMap& map, std::size_t columns) {
  const char* style = " nohead front lw 1.2 lc rgb \"#5B6470\"\n";
  for (const std::size_t row : map.row_splits) {
    script << "set arrow from -0.5, " << row << "-0.5 to " << columns << "-0.5, " << row << "-0.5"
           << style;
  }
  for (const std::size_t column : map.column_splits) {
    script << "set arrow from " << column << "-0.5, -0.5 to " << column << "-0.5, "
           << map.values.size() << "-0.5" << style;
  }
}

/// White letters on the dark ends of the palette, near-black ones between.
const char* letter_colour(const HeatMap& map, double value, std::pair<double, double> range) {
  const double share = map.sequential ? (value - range.first) / (range.second - range.first)
                                      : std::abs(value) / range.second;
  return share > 0.6 ? "16777215" : "1973790";
}

void write_cells(std::ostream& script, const HeatMap& map, std::pair<double, double> range) {
  script << "$cells << EOD\n";
  for (std::size_t row = 0; row < map.values.size(); ++row) {
    for (std::size_t column = 0; column < map.values[row].size(); ++column) {
      const double value = map.values[row][column];
      std::ostringstream text;
      if (std::isfinite(value)) {
        text << std::fixed << std::setprecision(3) << value;
      } else {
        text << "–";
      }
      script << column << ' ' << row << ' ' << gnuplot_number(value) << ' ' << text.str() << ' '
             << letter_colour(map, value, range) << '\n';
    }
  }
  script << "EOD\n";
}

}  // namespace

std::string gnuplot_script(const LineFigure& figure) {
  require(!figure.curves.empty(), "figure", "a figure must have at least one curve; got none.");
  std::ostringstream script;
  std::ostringstream plot;
  write_axes(script, figure);
  for (std::size_t i = 0; i < figure.curves.size(); ++i) {
    check_curve(figure.curves[i]);
    if (!has_point(figure, figure.curves[i])) continue;  // gnuplot refuses it
    write_data(script, figure.curves[i], i);
    plot << (plot.str().empty() ? "plot " : ", ");
    write_curve(plot, figure.curves[i], i);
  }
  script << plot.str() << '\n';
  return script.str();
}

std::string gnuplot_script(const HeatMap& map) {
  require(!map.values.empty() && !map.values.front().empty(), "figure",
          "a heat map must have at least one cell; got none.");
  const std::size_t rows = map.values.size();
  const std::size_t columns = map.values.front().size();
  for (const auto& row : map.values) {
    require(row.size() == columns, "figure", "the rows of a heat map must have one length; got ",
            columns, " and ", row.size(), '.');
  }
  const auto range = colour_range(map);
  const double shape = static_cast<double>(rows) / static_cast<double>(columns);
  const double shown = std::min(1.0, 1.0 / shape);  // of the width: high maps are narrow
  std::ostringstream script;
  script << (map.sequential
                 ? "set palette defined (0 \"#F7FBFF\", 1 \"#0072B2\")\n"
                 : "set palette defined (-1 \"#0072B2\", 0 \"#FAFAFA\", 1 \"#D55E00\")\n")
         << "set cbrange [" << gnuplot_number(range.first) << ':' << gnuplot_number(range.second)
         << "]\n"
         << "unset key\nset border 0\nset tics scale 0\nset size ratio " << gnuplot_number(shape)
         << "\nset xrange [-0.5:" << columns << "-0.5]\nset yrange [" << rows
         << "-0.5:-0.5]\nset xtics "
         << (is_wide(map.column_names, shown) ? "rotate by 60 right " : "")
         << tick_list(map.column_names, columns) << "\nset ytics " << tick_list(map.row_names, rows)
         << "\nset xlabel " << gnuplot_string(map.x_label) << "\nset ylabel "
         << gnuplot_string(map.y_label) << '\n';
  write_splits(script, map, columns);
  write_cells(script, map, range);
  script << "plot $cells using 1:2:3 with image pixels notitle";
  if (map.print_values) {
    script << ", $cells using 1:2:4:5 with labels tc rgb variable font \",14\" notitle";
  }
  script << '\n';
  return script.str();
}

std::string draw(const LineFigure& figure, const std::string& id, const std::string& label) {
  const std::string script = gnuplot_script(figure);
  const bool empty = std::none_of(figure.curves.begin(), figure.curves.end(),
                                  [&](const Curve& curve) { return has_point(figure, curve); });
  if (empty) return no_drawing(label);
  return figure_legend(figure.curves) +
         inline_svg(run_gnuplot(script, kWidth, kLineHeight), id, label);
}

std::string draw(const HeatMap& map, const std::string& id, const std::string& label) {
  const std::string script = gnuplot_script(map);
  const auto range = colour_range(map);
  if (!std::isfinite(range.first) || !std::isfinite(range.second)) return no_drawing(label);
  return inline_svg(run_gnuplot(script, kWidth, kMapHeight), id, label);
}

}  // namespace gril
