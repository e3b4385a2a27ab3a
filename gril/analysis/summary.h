#pragma once

#include <string>

#include "gril/analysis/analysis_options.h"
#include "gril/analysis/gradient_descent_baseline.h"
#include "gril/analysis/prediction_comparison.h"

namespace gril {

/// What the summary is made of.
struct SummaryParts {
  std::string name;  ///< of the model
  Json task;
  AnalysisOptions options;
  GradientDescentBaseline baseline;
  PredictionComparison comparison;
  Json weights;              ///< weights.json
  Json eigenvalues;          ///< eigenvalues.json
  Json out_of_distribution;  ///< out_of_distribution.json
};

/// The file summary.json: the conclusion and every headline number with interval, unit and meaning.
/// The format and the names are in gril/analysis/README.md.
Json summarize(const SummaryParts& parts);

}  // namespace gril
