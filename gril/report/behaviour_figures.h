#pragma once

#include <vector>

#include "gril/report/analysis_files.h"
#include "gril/report/html_page.h"

namespace gril {

/// Figures of what a network does, seen from outside; any kind of analysis may have them.

/// Loss over training steps, with the levels of gradient descent and of predicting 0 where they are
/// known. Needs learning_curve.
HtmlFigure learning_curve_figure(const AnalysisFiles& files);

/// How far y(αx) is from α³ y(x), over α. Needs scaling, which applies.
HtmlFigure scaling_figure(const AnalysisFiles& files);

/// The network beside 1 … 5 gradient-descent steps and ridge regression: distance of the
/// predictions, losses, sensitivities. Needs algorithms.
std::vector<HtmlFigure> algorithm_figures(const AnalysisFiles& files);

/// A classifier beside the classical methods for classes: divergence of the distributions, losses.
/// Needs classification.
std::vector<HtmlFigure> classification_figures(const AnalysisFiles& files);

}  // namespace gril
