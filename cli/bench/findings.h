#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/bench/comparison.h"
#include "cli/bench/goal.h"

namespace gril::bench {

struct OperatorBenchmarkOptions {
  int rounds = 5;      ///< timed calls of every contender
  bool quick = false;  ///< small shapes, for tests: the figures say nothing
  /// Told what is measured next.
  std::function<void(const std::string&)> progress = [](const std::string&) {};
};

/// What a benchmark found.
struct Findings {
  std::vector<Row> rows;
  std::vector<Goal> goals;
  /// Curves over the length: [{"what", "lengths", …}].
  Json curves = Json::array();

  void append(const Findings& more) {
    rows.insert(rows.end(), more.rows.begin(), more.rows.end());
    goals.insert(goals.end(), more.goals.begin(), more.goals.end());
    for (const Json& curve : more.curves) curves.push_back(curve);
  }
};

}  // namespace gril::bench
