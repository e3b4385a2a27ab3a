#pragma once

#include <string>
#include <vector>

#include "gril/report/analysis_files.h"
#include "gril/report/html_page.h"

namespace gril {

/// The analyses of runs that differ in their seed alone.
struct VariantAnalyses {
  std::string name = {};                 ///< "" where the experiment has no variants
  std::vector<AnalysisFiles> runs = {};  ///< at least one
};

/// Evaluation losses over training steps: the mean over seeds with the range of all of them, at the
/// steps that all runs share; one line per run where they share fewer than two. With the levels of
/// tuned gradient descent and of predicting 0 where every run has them. Needs learning curves.
HtmlFigure learning_range_figure(const VariantAnalyses& variant);

/// Loss over context length, mean and range. Needs runs of kind gradient_descent.
HtmlFigure context_range_figure(const VariantAnalyses& variant);

/// Whether a run of the variant has the metric as a number.
bool has_metric(const VariantAnalyses& variant, const std::string& metric);

/// "memory neurons": what a metric is called on a page.
std::string metric_title(const std::string& metric);

/// One metric with a point for every run: variants side by side, their seeds above one another. A
/// run without the metric has no point; one of a variant must have it.
HtmlFigure metric_figure(const std::vector<VariantAnalyses>& variants, const std::string& metric);

}  // namespace gril
