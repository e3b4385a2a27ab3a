#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gril/base/json.h"
#include "gril/base/json_value.h"
#include "gril/runs/run_directory.h"

namespace gril {

/// What an analysis asked: `kind` of summary.json.
enum class AnalysisKind {
  kGradientDescent,  ///< is it one step of gradient descent?
  kDecompiler,       ///< which attention does a gated linear RNN compute?
  kBlackBox,         ///< how well does it answer, seen from outside?
  kHeldOut           ///< how well does it do on validation and test data?
};

/// The JSON files that `gril analyze` left, as gril/analysis/README.md describes them.
struct AnalysisFiles {
  AnalysisKind kind = AnalysisKind::kGradientDescent;
  JsonValue summary = {};
  std::map<std::string, JsonValue> parts = {};  ///< the others, NAME.json under NAME

  /// Whether an optional part is there: learning_curve (the model was trained); algorithms,
  /// step_sizes, several_steps, paths, ablations, interpolation (its task is in-context
  /// regression); classification (in-context classification).
  bool has(const std::string& name) const { return parts.count(name) > 0; }
  /// One of the parts. Errors: std::out_of_range for a part that is not there.
  const JsonValue& part(const std::string& name) const { return parts.at(name); }
};

/// Reads the files of an analysis, those that its kind has. A summary without `kind` is of
/// gradient descent.
/// Errors: InvalidArgument "[report] …" when a folder has no complete analysis, with the command
/// that makes one; InvalidFile for a file that is not JSON, or of another format version or kind.
/// What is read out of the files is checked there: json_value.h.
AnalysisFiles read_analysis(const std::filesystem::path& folder);

/// Whether a part, or a block of one, holds findings: not {"applies": false, "reason": …}.
bool applies(const JsonValue& part);

/// Whether a learning curve is there with at least one evaluation.
bool has_learning_curve(const AnalysisFiles& files);

/// The metric of a summary with this name, or nothing.
std::optional<JsonValue> find_metric(const JsonValue& summary, const std::string& name);

/// What an axis of losses is called: "loss (half squared error)", the summary's loss_convention
/// without what the mean is over; "loss" where it names none.
std::string loss_label(const AnalysisFiles& files);

/// Keys and values of nested objects as rows "a.b.c", value: for tables of settings.
std::vector<std::vector<std::string>> flattened_rows(const Json& tree);

}  // namespace gril
