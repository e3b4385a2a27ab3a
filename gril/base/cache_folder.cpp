#include "gril/base/cache_folder.h"

#include <cstdlib>

namespace gril {
namespace {

/// The absolute path in an environment variable; empty where it holds none.
std::filesystem::path absolute_variable(const char* name) {
  const char* value = std::getenv(name);
  const std::filesystem::path path = value == nullptr ? "" : value;
  return path.is_absolute() ? path : std::filesystem::path();
}

}  // namespace

std::filesystem::path cache_folder() {
  const std::filesystem::path caches = absolute_variable("XDG_CACHE_HOME");
  if (!caches.empty()) return caches / "gril";
  const std::filesystem::path home = absolute_variable("HOME");
  return home.empty() ? home : home / ".cache" / "gril";
}

}  // namespace gril
