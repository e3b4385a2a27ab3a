#pragma once

#include <string>

#include "gril/analysis/analysis.h"

namespace gril {

/// Is a model of in-context linear regression one gradient-descent step? Compares it with tuned
/// gradient descent on the same prompts, its weights with the exact construction where it is a GRIL
/// layer, and both on longer contexts and shifted inputs. A model of other layers is also held
/// against several steps and ridge regression, as a black box: what else it may run.
///
/// file    the model in float64; its task must be linear_regression
/// name    what the results call it
/// errors  those of the task's options
/// cost    about (tasks · (m + 2) + sweeps) forward passes
Analysis analyze_descent(const ModelFile& file, const std::string& name,
                         const AnalysisOptions& options, const AnalysisProgress& progress);

}  // namespace gril
