#pragma once

#include <functional>
#include <string>

#include "gril/analysis/analysis_options.h"
#include "gril/models/checkpoint.h"
#include "gril/runs/run_directory.h"

namespace gril {

/// The results of one analysis, one JSON object per file; the formats are in
/// gril/analysis/README.md. `learning_curve` is null where there was no training.
struct Analysis {
  Json summary;
  Json gradient_descent;
  Json predictions;
  Json weights;
  Json eigenvalues;
  Json context_length;
  Json out_of_distribution;
  Json learning_curve;
};

/// Told after every stage: its name, stages done and their number.
using AnalysisProgress = std::function<void(const std::string& stage, int done, int stages)>;

/// Reverse-engineers a model of in-context linear regression: is it one gradient-descent step?
/// All arithmetic is float64, with the weights as they are stored.
///
/// file      the model, which is turned to float64; its task says which prompts it is made for
/// name      what the results call it
/// errors    InvalidArgument "[analyze] name: …" when the file names no task or one of another
///           kind
/// cost      about (tasks · (m + 2) + sweeps) forward passes
Analysis analyze_model(const ModelFile& file, const std::string& name,
                       const AnalysisOptions& options, const AnalysisProgress& progress);

/// Analyzes the last model of a run and writes RUN/analysis/*.json, each atomically.
/// Errors: those of analyze_model, load_model and write_file_atomically.
Analysis analyze_run(const RunDirectory& run, const AnalysisOptions& options,
                     const AnalysisProgress& progress);

/// The options that a run's configuration asks for: its section [analysis], with the seed of
/// [evaluation] where it names none, so that the prompts are those of the training's evaluation.
AnalysisOptions analysis_options_of(const RunDirectory& run);

/// Writes summary.json, gradient_descent.json, … into a folder, each atomically.
void write_analysis(const Analysis& analysis, const std::filesystem::path& folder);

}  // namespace gril
