#include "gril/report/gnuplot_text.h"

#include <cmath>
#include <iomanip>
#include <sstream>

namespace gril {

const char* colour_code(Colour colour) {
  switch (colour) {
    case Colour::kModel:
      return "#0072B2";
    case Colour::kGradientDescent:
      return "#D55E00";
    case Colour::kExactSolution:
      return "#009E73";
    case Colour::kThird:
      return "#CC79A7";
    case Colour::kReference:
      return "#8A8A8A";
  }
  return "#8A8A8A";
}

std::string gnuplot_string(const std::string& text) {
  std::string result = "'";
  for (const char letter : text) {
    if (letter == '\'') result += '\'';
    result += letter == '\n' ? ' ' : letter;
  }
  return result + '\'';
}

std::string gnuplot_number(double value) {
  if (!std::isfinite(value)) return "NaN";
  std::ostringstream text;
  text << std::setprecision(10) << value;
  return text.str();
}

}  // namespace gril
