#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "cli/experiment_plan.h"
#include "gril/base/json.h"

namespace gril::cli {

/// One experiment folder to be replayed.
struct ReproductionRequest {
  std::filesystem::path experiment;  ///< folder with experiment.toml and expected.json
  /// OUT/results.json, verdicts.json, report.html, and every run in its folder of the plan.
  std::filesystem::path out;
  ExperimentPlan plan;
  bool fresh = false;                  ///< train again what is already trained
  std::size_t jobs = 1;                ///< runs side by side
  std::vector<std::string> arguments;  ///< of the program, for the provenance
};

/// How a replay ended.
struct ReproductionResult {
  bool finished = false;  ///< false: interrupted; the same command continues
  bool holds = false;     ///< every expectation is met
  std::string table;      ///< expected, obtained and verdict, for a terminal
  Json json;              ///< {"experiment", "out", "runs", "finished", "holds", "verdicts"}
};

/// The experiment folders below `root`, `root` itself included, in alphabetical order.
/// Errors: InvalidArgument "[reproduce] …" when there is none.
std::vector<std::filesystem::path> experiment_folders(const std::filesystem::path& root);

/// Trains every run of the plan, analyzes and reports it, and compares the numbers of all seeds
/// with the plan's expectations. A result NAME of a variant is called VARIANT.NAME. A run that is
/// already trained with the same configuration is not trained again; one that was interrupted
/// continues.
///
/// errors  InvalidArgument "[reproduce] …" when a run's folder holds a run of another
///         configuration; those of training and analysis
ReproductionResult reproduce(const ReproductionRequest& request);

}  // namespace gril::cli
