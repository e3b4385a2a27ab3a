#pragma once

#include <string>
#include <utility>
#include <vector>

#include "gril/report/figure.h"

namespace gril {

/// One line of an IntervalFigure.
struct IntervalRow {
  std::string name = {};
  double value = 0.0;
  double low = 0.0;  ///< ends of its interval; equal to value for none
  double high = 0.0;
  std::vector<double> further = {};  ///< other values of the same thing, as small rings
  Colour colour = Colour::kModel;
};

/// Numbers with their intervals under one another, the first row on top: for names that are too
/// long to stand side by side. A value that is not finite leaves its row empty.
struct IntervalFigure {
  std::string x_label = {};
  bool logarithmic_x = false;
  std::vector<IntervalRow> rows = {};
  std::vector<std::pair<std::string, Colour>> legend = {};  ///< what the colours stand for
  double marked_x = kFromData;                              ///< a vertical line; kFromData for none
};

/// As draw(LineFigure).
/// errors  InvalidArgument "[figure] …" when there is no row; those of run_gnuplot
std::string draw(const IntervalFigure& figure, const std::string& id, const std::string& label);

/// The gnuplot script of a figure, as draw() hands it to the program.
std::string gnuplot_script(const IntervalFigure& figure);

}  // namespace gril
