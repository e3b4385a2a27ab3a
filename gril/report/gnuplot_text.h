#pragma once

#include <string>

#include "gril/report/figure.h"

namespace gril {

/// How values stand in a gnuplot script, the same in every kind of figure.

/// "#0072B2": a colour for gnuplot and for HTML.
const char* colour_code(Colour colour);

/// A gnuplot string: in single quotes, its own ones doubled. Between double quotes gnuplot would
/// run what stands in backquotes, and texts come from files.
std::string gnuplot_string(const std::string& text);

/// Ten significant digits; "NaN" for what is not finite, which leaves a gap.
std::string gnuplot_number(double value);

}  // namespace gril
