#pragma once

#include <string>
#include <vector>

#include "gril/report/analysis_files.h"
#include "gril/report/html_page.h"

namespace gril {

/// The figures of an analysis of kind gradient_descent, each with its caption and its numbers. Blue
/// is always the network, vermilion gradient descent, green least squares, grey the prediction 0.

/// Loss over the number of context examples.
HtmlFigure context_length_figure(const AnalysisFiles& files);
/// Loss over a setting of the task: "input_range", "weight_scale", "input_correlation" or
/// "heavy_tailed_noise".
HtmlFigure shift_figure(const AnalysisFiles& files, const std::string& shift);
/// Prediction distance, sensitivity distance and sensitivity cosine over the input range.
HtmlFigure distances_figure(const AnalysisFiles& files);
/// Loss of gradient descent over its learning rate.
HtmlFigure learning_rate_figure(const AnalysisFiles& files);

/// Window weights of network and construction, query weights, readout, weight of each example by
/// age; none where the weights were not comparable.
std::vector<HtmlFigure> weight_figures(const AnalysisFiles& files);
/// Diagonal factors of every recurrence.
std::vector<HtmlFigure> decay_figures(const AnalysisFiles& files);

}  // namespace gril
