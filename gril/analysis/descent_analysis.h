#pragma once

#include <string>

#include "gril/analysis/analysis.h"

namespace gril {

/// Is a model of in-context linear regression gradient descent, in one step or in as many as it has
/// layers? Compares it with tuned gradient descent on the same prompts, its weights with the exact
/// construction where it is a GRIL layer and path by path where it is a stack of them (steps/), and
/// all on longer contexts and shifted inputs; measures GRIL layers without single parts
/// (ablations/). A model that is not one GRIL layer is also held against several steps and ridge
/// regression: what else it may run.
///
/// file    the model in float64; its task must be linear_regression
/// name    what the results call it
/// errors  those of the task's options
/// cost    about (tasks · (m + 3) + sweeps) forward passes, of several layers three times as many
Analysis analyze_descent(const ModelFile& file, const std::string& name,
                         const AnalysisOptions& options, const AnalysisProgress& progress);

}  // namespace gril
