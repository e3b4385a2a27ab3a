#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "gril/base/json.h"

namespace gril::cli {

/// One training that an experiment asks for.
struct PlannedRun {
  std::string variant;           ///< "" where the experiment has no variants
  uint64_t seed = 0;             ///< also in `config`
  Json config;                   ///< the tree of experiment.toml with all overrides
  std::filesystem::path folder;  ///< "seed-1" or "VARIANT/seed-1", below the output folder
};

/// What `gril reproduce` trains, and what the numbers are compared with.
struct ExperimentPlan {
  std::vector<PlannedRun> runs;       ///< variant by variant, seed by seed; at least one
  std::vector<std::string> left_out;  ///< variants of the profile that PlanRequest leaves out
  std::filesystem::path expected;     ///< the file of expectations
};

/// Which runs of an experiment are wanted.
struct PlanRequest {
  std::string profile = "full";       ///< one of those in the plan
  std::vector<uint64_t> seeds;        ///< in place of those of the profile; empty: those
  std::vector<std::string> variants;  ///< the same; any variants of the plan
};

/// The plan of an experiment folder: experiment.toml trained with every seed, in every variant that
/// plan.toml names. Without that file there is one variant, seeds 1 to 5 in the profile "full" and
/// seed 1 in the profile "fast".
///
///     # plan.toml; every key may be absent
///     [[variants]]
///     name = "n-14"                                # letters, digits, - and _
///     set = ["model.layers.0.state_size=14"]       # overrides, as for gril train
///
///     [profiles.fast]
///     seeds = [1]
///     variants = ["n-14"]                          # some of them; absent: all
///     set = ["training.steps=2000"]                # after the overrides of the variant
///     expected = "expected_fast.json"              # absent: expected.json
///
/// The profiles "full" and "fast" are always there; others start with seed 1.
///
/// errors  InvalidArgument "[reproduce] …" or "[config] …" for an unknown key, a variant without
///         or with a repeated name, a profile that is not in the plan, a variant that is not, no
///         seed, a variant or seed asked for twice, or overrides that apply_override refuses
ExperimentPlan plan_experiment(const std::filesystem::path& folder, const PlanRequest& request);

}  // namespace gril::cli
