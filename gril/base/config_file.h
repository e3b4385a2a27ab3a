#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "gril/base/json.h"

namespace gril {

/// Reads a TOML file into a tree. Errors: InvalidFile with file, line and column.
Json read_toml(const std::filesystem::path& path);

/// The tree as TOML text (tables, arrays of tables, scalars). Errors: InvalidArgument for null.
std::string toml_text(const Json& tree);

/// Applies "section.key=value" (value in TOML syntax; a bare word is a string) to a tree.
/// Errors: InvalidArgument when there is no "=", the key is empty or a table is overwritten.
void apply_override(Json& tree, const std::string& assignment);

}  // namespace gril
