#pragma once

#include <vector>

#include "gril/report/analysis_files.h"
#include "gril/report/html_page.h"

namespace gril {

/// Figures of a network as several steps of gradient descent, and of what it loses without single
/// parts. Each reads the file of its name and needs it.

/// Step sizes that the answers show (step_sizes) and the weights (paths, where it applies), beside
/// the best ones.
HtmlTable step_sizes_table(const AnalysisFiles& files);

/// How much of the predictions takes which path through which layer. Needs paths, which applies.
HtmlFigure paths_figure(const AnalysisFiles& files);

/// Every chain of layers with values and keys from tokens beside gradient descent. Needs paths,
/// which applies.
HtmlTable chains_table(const AnalysisFiles& files);

/// The losses of a network and of K steps over the input range ("input_range") or the weight scale
/// ("weight_scale"). Needs several_steps, which applies.
HtmlFigure several_steps_figure(const AnalysisFiles& files, const std::string& shift);

/// The loss without each part, one figure per GRIL layer. Needs ablations, which applies.
std::vector<HtmlFigure> ablation_figures(const AnalysisFiles& files);

/// The loss between trained and constructed weights. Needs interpolation, which applies.
HtmlFigure interpolation_figure(const AnalysisFiles& files);

}  // namespace gril
