#pragma once

#include <string>
#include <vector>

#include "gril/report/figure.h"

namespace gril {

/// The legend of a figure as a list in HTML: name, colour and stroke of every curve that has a
/// name. It stands above the figure as text of the page and wraps where the page is narrow.
std::string figure_legend(const std::vector<Curve>& curves);

}  // namespace gril
