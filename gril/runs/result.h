#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "gril/base/json.h"

namespace gril {

/// A number that may be absent, as JSON: null where it is.
inline Json optional_number(const std::optional<double>& number) {
  return number ? Json(*number) : Json();
}

/// One number that gril measured, with what is needed to read it.
struct Result {
  std::string name;  ///< dotted, unique in its file: "loss.ratio_to_gradient_descent"
  double value = 0.0;
  std::string
      unit;  ///< with the convention: "half squared error, mean over outputs"; "1" for ratios
  std::optional<double> uncertainty;  ///< standard error or spread, in the same unit
  int64_t samples = 1;                ///< how many values (seeds, tasks) stand behind it
  std::string source;                 ///< what measured it: "gril analyze, 10000 tasks, seed 1"
};

/// {"name", "value", "unit", "uncertainty" where there is one, "samples", "source"}.
Json to_json(const Result& result);

/// Writes `{"gril_results": 1, "results": [...]}` atomically; a value that is not finite becomes
/// null. Errors: InvalidArgument for an empty or repeated name; as AtomicFile.
void write_results(const std::filesystem::path& path, const std::vector<Result>& results);

/// Reads such a file; a null value is NaN.
/// Errors: InvalidArgument when there is no such file; InvalidFile "[results] path: ..." for
/// another version, a missing or unknown key, a wrong type or a repeated name.
std::vector<Result> read_results(const std::filesystem::path& path);

}  // namespace gril
