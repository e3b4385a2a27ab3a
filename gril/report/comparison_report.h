#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "gril/runs/expected.h"
#include "gril/runs/run_directory.h"

namespace gril {

/// Analyzed runs that differ in their seed alone.
struct ComparedVariant {
  std::string name = {};                ///< "" where the experiment has no variants
  std::vector<RunDirectory> runs = {};  ///< at least one
};

/// The analyzed runs of one experiment.
struct Comparison {
  std::string name = {};                       ///< of the experiment
  std::vector<ComparedVariant> variants = {};  ///< at least one
  std::vector<CheckedExpectation> verdicts =
      {};  ///< results beside what was expected; may be empty
  /// Mean and spread over the seeds of each variant, see seed_statistics.h; names start with that
  /// of the variant.
  std::vector<Result> results = {};
};

/// One self-contained HTML page for analyses of any kind: verdict, expectations, the metrics that
/// are expected or say most over the variants with every seed as a point, learning curves (and
/// losses over context length for analyses of gradient descent) as mean with the range of all
/// seeds shaded, and every number with its spread.
/// errors  as run_report; InvalidArgument "[report] …" when there is no run
std::string comparison_report(const Comparison& comparison);

/// Writes it to `path`, atomically.
void write_comparison_report(const Comparison& comparison, const std::filesystem::path& path);

}  // namespace gril
