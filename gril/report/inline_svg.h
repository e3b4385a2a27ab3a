#pragma once

#include <string>

namespace gril {

/// Makes gnuplot's SVG document fit to stand inside an HTML page, several on one page:
/// - the XML prolog, name spaces, titles and descriptions go;
/// - every id gets the prefix `id_`, so that two figures never share one;
/// - black lines and letters take the colour of the surrounding text (currentColor), so that the
///   figure reads on a light and on a dark page. Other colours stay.
///
/// id      letters, digits and _, different for each figure of a page
/// label   what a screen reader says instead of the figure
std::string inline_svg(const std::string& svg, const std::string& id, const std::string& label);

/// What stands in place of a drawing of which no number exists.
std::string no_drawing(const std::string& label);

}  // namespace gril
