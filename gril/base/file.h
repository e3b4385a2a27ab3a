#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace gril {

/// The bytes of a whole file. Errors: InvalidFile, "[where] path: ...".
std::string read_file(const std::filesystem::path& path, std::string_view where);

/// Replaces a file atomically: temporary file in the same folder, fsync, rename. Every failure
/// (no such folder, no rights, full disk) leaves the earlier file as it was and removes the
/// temporary one. Errors: InvalidFile with the system's reason.
void write_file_atomically(const std::filesystem::path& path, std::string_view bytes,
                           std::string_view where);

}  // namespace gril
