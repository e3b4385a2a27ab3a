#pragma once

#include <limits>
#include <string>
#include <vector>

namespace gril {

/// The colours of all figures: Okabe and Ito's palette, told apart by colour-blind readers. One
/// meaning per colour on every page.
enum class Colour {
  kModel,            ///< blue: the network
  kGradientDescent,  ///< vermilion: tuned gradient descent
  kExactSolution,    ///< green: least squares
  kThird,            ///< purple: a further quantity
  kReference,        ///< grey: what is known without looking at the prompt
};

enum class Stroke { kSolid, kDashed, kDotted, kPoints };

/// One curve; y[i] over x[i]. A value that is not finite leaves a gap.
struct Curve {
  std::string name = {};  ///< in the legend; empty keeps the curve out of it
  std::vector<double> x = {};
  std::vector<double> y = {};
  std::vector<double> low = {};   ///< lower edge of a shaded band; empty for none
  std::vector<double> high = {};  ///< upper edge
  Colour colour = Colour::kModel;
  Stroke stroke = Stroke::kSolid;
  bool right_axis = false;  ///< measured on the right-hand axis
};

/// In place of a number: none is set, the data decide.
inline constexpr double kFromData = std::numeric_limits<double>::quiet_NaN();

/// Curves over one axis.
struct LineFigure {
  std::string x_label = {};
  std::string y_label = {};
  std::vector<std::string> x_names = {};  ///< of x = 1, 2, …, in place of numbers; empty: numbers
  std::string right_label = {};           ///< of the right-hand axis; empty when no curve uses it
  bool logarithmic_x = false;
  bool logarithmic_y = false;
  std::vector<Curve> curves = {};
  double marked_x = kFromData;  ///< a vertical line; kFromData for none
  std::string mark = {};        ///< the text at the top of that line
  bool from_zero = false;       ///< the left axis starts at 0
  double lowest_y = kFromData;  ///< ends of the left axis; what lies beyond is cut off
  double highest_y = kFromData;
  double lowest_right = kFromData;  ///< ends of the right-hand axis
  double highest_right = kFromData;
};

/// A matrix as coloured cells; row 0 on top. Colours run from blue (negative) over white (0) to
/// vermilion (positive), symmetric around 0, or from white to blue when `sequential`.
struct HeatMap {
  std::vector<std::vector<double>> values = {};  ///< rows of equal length
  std::vector<std::string> row_names = {};       ///< empty: 1, 2, …
  std::vector<std::string> column_names = {};    ///< empty: 1, 2, …
  std::vector<std::size_t> row_splits = {};      ///< a line above each of these rows
  std::vector<std::size_t> column_splits = {};   ///< a line left of each of these columns
  std::string x_label = {};
  std::string y_label = {};
  bool sequential = false;
  double lowest = 0.0;  ///< range of the colours; equal ends: taken from the values
  double highest = 0.0;
  bool print_values = false;  ///< three digits in each cell
};

/// A figure as HTML: the legend as a list, then the drawing (see inline_svg). id and label as
/// there. A figure without a number within its axes is a sentence that says so.
/// errors  InvalidArgument "[figure] …" when x and y of a curve, or the rows of a matrix, differ in
///         length, or a figure is empty; those of run_gnuplot
std::string draw(const LineFigure& figure, const std::string& id, const std::string& label);
std::string draw(const HeatMap& map, const std::string& id, const std::string& label);

/// The gnuplot script of a figure, as draw() hands it to the program.
std::string gnuplot_script(const LineFigure& figure);
std::string gnuplot_script(const HeatMap& map);

}  // namespace gril
