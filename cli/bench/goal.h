#pragma once

#include <string>

#include "gril/base/json.h"

namespace gril::bench {

/// A figure that gril sets itself, and what this run reached.
struct Goal {
  std::string what;
  double reached = 0;
  double at_least = 0;
  /// Zero: no upper bound.
  double at_most = 0;

  bool met() const { return reached >= at_least && (at_most == 0 || reached <= at_most); }
};

inline Json to_json(const Goal& goal) {
  Json json = {{"what", goal.what}, {"reached", goal.reached}, {"at_least", goal.at_least}};
  if (goal.at_most > 0) json["at_most"] = goal.at_most;
  json["met"] = goal.met();
  return json;
}

}  // namespace gril::bench
