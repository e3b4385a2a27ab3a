#include "gril/constructions/descent_route.h"

#include <algorithm>

#include "gril/base/check.h"
#include "gril/base/nearest_word.h"

namespace gril {

const std::vector<std::string>& descent_route_names() {
  static const std::vector<std::string> names = {"causal", "sub-layers", "full-sums",
                                                 "minibatches"};
  return names;
}

std::string descent_route_name(DescentRoute route) {
  return descent_route_names()[static_cast<std::size_t>(route)];
}

DescentRoute descent_route_from_name(const std::string& name) {
  const auto& names = descent_route_names();
  const auto found = std::find(names.begin(), names.end(), name);
  require(found != names.end(), "gradient_descent", "route must be one of ", join_words(names),
          "; got \"", name, "\".", suggestion(name, names));
  return static_cast<DescentRoute>(found - names.begin());
}

}  // namespace gril
