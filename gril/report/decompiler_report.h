#pragma once

#include <vector>

#include "gril/report/analysis_files.h"
#include "gril/report/html_page.h"

namespace gril {

/// What the page of an analysis of kind decompiler holds between its head and the table of
/// all numbers; `files` is of that kind.

/// The numbers at the top.
std::vector<HtmlTile> decompiler_tiles(const AnalysisFiles& files);

/// Neurons, function, attention, weights, gradient descent, smaller networks and behaviour. A part
/// that does not apply says so with its reason.
void add_decompiler_sections(HtmlPage& page, const AnalysisFiles& files);

}  // namespace gril
