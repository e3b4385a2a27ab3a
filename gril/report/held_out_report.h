#pragma once

#include <vector>

#include "gril/report/analysis_files.h"
#include "gril/report/html_page.h"

namespace gril {

/// What the page of an analysis of kind held_out holds between its head and the table of all
/// numbers; `files` is of that kind.

/// The numbers at the top.
std::vector<HtmlTile> held_out_tiles(const AnalysisFiles& files);

/// How training went.
void add_held_out_sections(HtmlPage& page, const AnalysisFiles& files);

}  // namespace gril
