#include "gril/analysis/analysis.h"

#include <algorithm>
#include <stdexcept>

namespace gril {

const Json& Analysis::file(const std::string& name) const {
  const auto found = std::find_if(files.begin(), files.end(),
                                  [&](const auto& entry) { return entry.first == name; });
  if (found == files.end()) throw std::out_of_range("[analysis] there is no file " + name);
  return found->second;
}

}  // namespace gril
