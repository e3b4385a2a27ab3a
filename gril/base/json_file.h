#pragma once

#include <filesystem>
#include <string_view>

#include "gril/base/json.h"

namespace gril {

/// Reads a JSON file of at most 100 MB. Errors: InvalidArgument when there is no such file;
/// InvalidFile for a larger one and those of parse_json (json_text.h), such as "[where] a.json:
/// must be JSON; got an error at byte 7.".
Json read_json(const std::filesystem::path& path, std::string_view where);

/// Writes a tree atomically, indented by two spaces, with a newline at the end; numbers that are
/// not finite become null. Errors: InvalidArgument for text that is not UTF-8; as AtomicFile.
void write_json(const std::filesystem::path& path, const Json& tree, std::string_view where);

}  // namespace gril
