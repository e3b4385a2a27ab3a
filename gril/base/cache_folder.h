#pragma once

#include <filesystem>

namespace gril {

/// The folder for what can be made again: gril in $XDG_CACHE_HOME, otherwise in ~/.cache; empty
/// where neither that variable nor $HOME is an absolute path. It may not exist yet.
/// Source: XDG Base Directory Specification 0.8.
std::filesystem::path cache_folder();

}  // namespace gril
