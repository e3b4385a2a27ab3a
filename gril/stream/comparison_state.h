#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "gril/base/json.h"

namespace gril::stream {

/// Everything a comparison needs to go on as if it had never stopped.
struct ComparisonState {
  uint64_t model = 0;  ///< fingerprint of the model
  Json settings;       ///< the columns and every option, by the names of the program's options
  /// The numbers of each part: regressor, rivals, running_mean, standardiser, counts, scores.
  std::map<std::string, std::vector<double>> parts;
};

/// Writes the state atomically: a safetensors file with the parts as F64 tensors and the metadata
/// gril_stream_state = "1", model (hexadecimal), settings (JSON) and checksum (FNV-1a of the rest).
/// errors  as write_safetensors.
void write_comparison_state(const std::filesystem::path& path, const ComparisonState& state);

/// Reads it back and checks everything that can be checked without the model.
/// errors  as read_safetensors; InvalidFile "[stream_state] path: …" for a file that is no state,
/// of
///         another version, with an entry missing, or damaged.
ComparisonState read_comparison_state(const std::filesystem::path& path);

/// Refuses settings that differ, naming the first entry that does.
/// errors  InvalidArgument "[stream] …"; `first` and `second` name where they come from.
void require_equal_settings(const Json& a, const std::string& first, const Json& b,
                            const std::string& second);

}  // namespace gril::stream
