#pragma once

#include <torch/types.h>

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gril/analysis/analysis_options.h"
#include "gril/models/checkpoint.h"

namespace gril {

/// The results of one analysis, named as the files that hold them; the formats are in
/// gril/analysis/README.md.
struct Analysis {
  Json summary;                                                ///< summary.json
  std::vector<std::pair<std::string, Json>> files = {};        ///< NAME.json, without the ending
  std::vector<std::pair<std::string, ModelFile>> models = {};  ///< NAME.safetensors

  /// The content of one file. Errors: std::out_of_range for a file that this analysis does not
  /// have.
  const Json& file(const std::string& name) const;
};

/// What is asked of an analysis.
struct AnalysisRequest {
  AnalysisOptions options = {};
  /// For a gated linear RNN: the attention that it is compared with, in place of its own teacher.
  std::optional<ModelFile> teacher = {};
  std::string teacher_name = {};
  /// For a gated linear RNN: the sequence (T, d) whose attention map is wanted; undefined for the
  /// first of the sample.
  torch::Tensor sequence = {};
};

/// Told after every stage: its name, stages done and their number.
using AnalysisProgress = std::function<void(const std::string& stage, int done, int stages)>;

/// Counts the stages of one analysis.
class AnalysisStages {
 public:
  AnalysisStages(const AnalysisProgress& progress, int stages)
      : progress_(progress), stages_(stages) {}

  void done(const std::string& stage) {
    if (progress_) progress_(stage, ++done_, stages_);
  }

 private:
  const AnalysisProgress& progress_;
  int stages_;
  int done_ = 0;
};

}  // namespace gril
