#pragma once

#include <vector>

#include "gril/report/analysis_files.h"
#include "gril/report/html_page.h"

namespace gril {

/// What the page of an analysis of kind gradient_descent holds between its head and the table of
/// all numbers; `files` is of that kind.

/// The numbers at the top.
std::vector<HtmlTile> descent_tiles(const AnalysisFiles& files);

/// What the network computes, with which weights, and away from its training. A network without an
/// exact kernel form is also shown beside several steps and ridge regression.
void add_descent_sections(HtmlPage& page, const AnalysisFiles& files);

}  // namespace gril
