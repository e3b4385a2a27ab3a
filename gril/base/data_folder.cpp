#include "gril/base/data_folder.h"

#include <cstdlib>

namespace gril {

std::filesystem::path data_folder() {
  const char* chosen = std::getenv("GRIL_DATA");
  return chosen == nullptr ? "data" : chosen;
}

std::filesystem::path data_path(const std::filesystem::path& name) { return data_folder() / name; }

}  // namespace gril
