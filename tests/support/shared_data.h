#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace gril {

/// Where a real data set lies, for tests that use one: in $GRIL_DATA, otherwise in ../shared/data
/// beside the checkout. An empty path when it is in neither; the test then says GTEST_SKIP.
inline std::filesystem::path shared_data(const std::string& name) {
  const char* chosen = std::getenv("GRIL_DATA");
  const std::filesystem::path folder = chosen == nullptr ? GRIL_SHARED_DATA : chosen;
  std::error_code ignored;
  const bool there = std::filesystem::exists(folder / name, ignored);
  return there ? std::filesystem::absolute(folder / name) : std::filesystem::path();
}

}  // namespace gril
