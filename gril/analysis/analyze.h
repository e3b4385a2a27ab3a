#pragma once

#include <filesystem>
#include <string>

#include "gril/analysis/analysis.h"
#include "gril/runs/run_directory.h"

namespace gril {

/// Says what a trained or constructed model computes. All arithmetic but that of held_out is
/// float64, with the weights as they are stored. By what the model is:
///
///     any model of a task with a        held_out_analysis.h: how well does it do on validation
///     fixed data set                    and test data?
///     one gated_linear_rnn layer        decompiler/decompile.h: which attention is it?
///     another model of in-context       descent_analysis.h: is it gradient descent, in how many
///     linear regression                 steps, and if it is not one GRIL layer, what is it near?
///     another model of another task     black_box_analysis.h: how well, and how does it scale?
///
/// file      the model, which is turned to float64; its task says which sequences it is made for
/// name      what the results call it
/// errors    InvalidArgument "[analyze] name: …" when a model that is no gated_linear_rnn names no
///           task, or a teacher or a sequence is given for it; those of the analyses
Analysis analyze_model(const ModelFile& file, const std::string& name,
                       const AnalysisRequest& request, const AnalysisProgress& progress);

/// Analyzes the last model of a run (of a task with a fixed data set also the best one) and writes
/// RUN/analysis/, each file atomically; the run's learning curve is one of them. Models of a fixed
/// data set run on the device that trained them, or on the CPU where it is not there. Errors: those
/// of analyze_model, load_model and write_file_atomically.
Analysis analyze_run(const RunDirectory& run, const AnalysisRequest& request,
                     const AnalysisProgress& progress);

/// The options that a run's configuration asks for: its section [analysis], with the seed of
/// [evaluation] where it names none, so that the prompts are those of the training's evaluation.
AnalysisOptions analysis_options_of(const RunDirectory& run);

/// Writes every NAME.json and NAME.safetensors into a folder, each atomically, summary.json last.
void write_analysis(const Analysis& analysis, const std::filesystem::path& folder);

}  // namespace gril
