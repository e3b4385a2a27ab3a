#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "gril/base/json.h"
#include "gril/runs/result.h"

namespace gril {

/// What a result must be, and where that expectation comes from: in an interval, ends included, and
/// below and above other results.
struct Expectation {
  std::string name;  ///< of the result
  double lowest = 0.0;
  double highest = 0.0;
  std::vector<std::string> below = {};  ///< names of results that this one is less than
  std::vector<std::string> above = {};  ///< names of results that it is greater than
  std::string rule;    ///< as a person reads it: "0.118 ± 0.002", "at most 1.003, below b"
  std::string source;  ///< a paper's table, a derivation, an earlier measurement
};

/// Reads an expected.json:
///
///     {"expected": [
///       {"name": "a", "value": 0.118, "tolerance": 0.002, "source": "table 2"},
///       {"name": "b", "value": 0.118, "relative_tolerance": 0.01, "source": "..."},
///       {"name": "c", "at_most": 1.003, "source": "..."},
///       {"name": "d", "at_least": 0.9, "at_most": 1.1, "source": "..."},
///       {"name": "gril.loss", "below": ["lstm.loss", "gru.loss"], "source": "..."},
///       {"name": "gril.accuracy", "above": ["lstm.accuracy"], "at_least": 0.9, "source": "..."}]}
///
/// Errors: InvalidArgument when there is no such file, for a missing, unknown or contradictory key,
/// an empty list or a repeated name; InvalidFile for text that is not JSON.
std::vector<Expectation> read_expected(const std::filesystem::path& path);

/// One expectation beside what was obtained.
struct CheckedExpectation {
  Expectation expectation;
  std::optional<Result> obtained;  ///< nothing when no result has the name
  bool holds = false;  ///< never where the result, or one it is compared with, is missing or NaN
};

/// The expectations that name no result of these variants: none whose name, or one it is compared
/// with, begins with VARIANT and a dot.
std::vector<Expectation> without_variants(const std::vector<Expectation>& expected,
                                          const std::vector<std::string>& variants);

/// One verdict per expectation, in their order. Results that nobody expects are left aside.
std::vector<CheckedExpectation> compare(const std::vector<Expectation>& expected,
                                        const std::vector<Result>& results);

bool all_hold(const std::vector<CheckedExpectation>& verdicts);

/// A table with the columns result, expected, obtained, verdict and source, aligned with spaces.
std::string verdict_table(const std::vector<CheckedExpectation>& verdicts);

/// `[{"name": ..., "expected": ..., "obtained": ..., "holds": ..., "source": ...}, ...]`; obtained
/// is null for a missing result.
Json verdicts_json(const std::vector<CheckedExpectation>& verdicts);

}  // namespace gril
