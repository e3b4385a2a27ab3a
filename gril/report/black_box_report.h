#pragma once

#include <vector>

#include "gril/report/analysis_files.h"
#include "gril/report/html_page.h"

namespace gril {

/// What the page of an analysis of kind black_box holds between its head and the table of
/// all numbers; `files` is of that kind.

/// The numbers at the top.
std::vector<HtmlTile> black_box_tiles(const AnalysisFiles& files);

/// What the network does, seen from outside, and why nobody looked inside.
void add_black_box_sections(HtmlPage& page, const AnalysisFiles& files);

}  // namespace gril
