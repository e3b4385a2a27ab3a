#pragma once

#include <filesystem>

namespace gril {

/// The folder data sets are read from: $GRIL_DATA, or "data" where that is not set.
std::filesystem::path data_folder();

/// Where a data set of this name lies: an absolute path is itself, any other one is in
/// data_folder().
std::filesystem::path data_path(const std::filesystem::path& name);

}  // namespace gril
