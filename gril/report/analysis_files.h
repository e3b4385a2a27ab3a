#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "gril/base/json.h"
#include "gril/runs/run_directory.h"

namespace gril {

/// The JSON files that `gril analyze` left, as gril/analysis/README.md describes them.
struct AnalysisFiles {
  Json summary;
  Json gradient_descent;
  Json predictions;
  Json weights;
  Json eigenvalues;
  Json context_length;
  Json out_of_distribution;
  Json learning_curve;  ///< null where the model was not trained
};

/// Errors: InvalidArgument "[report] …" when a folder has no complete analysis, with the command
/// that makes one; InvalidFile for a file that is not JSON or of another format version.
AnalysisFiles read_analysis(const std::filesystem::path& folder);

/// The metric of a summary with this name, or null.
Json find_metric(const Json& summary, const std::string& name);

/// What an axis of losses is called: "loss (half squared error)", the summary's loss_convention up
/// to its first comma.
std::string loss_label(const AnalysisFiles& files);

/// Keys and values of nested objects as rows "a.b.c", value: for tables of settings.
std::vector<std::vector<std::string>> flattened_rows(const Json& tree);

}  // namespace gril
