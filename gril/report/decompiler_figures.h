#pragma once

#include <vector>

#include "gril/report/analysis_files.h"
#include "gril/report/html_page.h"

namespace gril {

/// Figures of a decompiled network, each with its caption and its numbers. Blue is the network or
/// what remembers, purple what holds the current token; heat maps run from blue over white (0) to
/// vermilion. Every function needs an analysis of kind decompiler.

/// Influence of every neuron over its eigenvalue, and in the order of influence.
std::vector<HtmlFigure> neuron_figures(const AnalysisFiles& files);
/// Influence of the independent directions of memory and query. Needs kernels, which apply.
HtmlFigure modes_figure(const AnalysisFiles& files);

/// Strengths of KQ, KK and QQ; none where there are too many pairs of features. Needs kernels,
/// which apply.
std::vector<HtmlFigure> strength_figures(const AnalysisFiles& files);
/// The trilinear tensor for all outputs, and the teacher's beside it where there is one; none for
/// more numbers than can be looked at. Needs kernels, which apply.
std::vector<HtmlFigure> trilinear_figures(const AnalysisFiles& files);

/// Recovered W_O W_V and W_Kᵀ W_Q, and the teacher's beside them. Needs a network near one head, or
/// one with a teacher of one head; none otherwise.
std::vector<HtmlFigure> head_figures(const AnalysisFiles& files);
/// What every token gives to every output of one sequence, and its share of that output.
std::vector<HtmlFigure> map_figures(const AnalysisFiles& files);

/// The weights of the neurons that matter in their canonical form: input gate, products that reach
/// the outputs, and how many each output needs. Needs a network with kernels.
std::vector<HtmlFigure> canonical_figures(const AnalysisFiles& files);

/// The kernel memory × query as a gradient-descent step would have it. Needs descent, which
/// applies.
HtmlFigure descent_kernel_figure(const AnalysisFiles& files);
/// Coefficients of x_i² y_k of the answer to one token.
HtmlTable instantaneous_table(const AnalysisFiles& files);

}  // namespace gril
