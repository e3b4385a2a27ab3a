#pragma once

#include <string>

#include "gril/analysis/bootstrap.h"
#include "gril/base/json.h"

namespace gril {

/// The numbers of a summary.json under construction: name, value, unit and meaning of each, and the
/// interval where there is one.
class MetricList {
 public:
  void add(const std::string& name, double value, const std::string& unit,
           const std::string& meaning);
  void add(const std::string& name, const Estimate& estimate, const std::string& unit,
           const std::string& meaning);

  /// A list of {"name", "value", ["low", "high"], "unit", "meaning"}, in the order of adding.
  const Json& json() const { return metrics_; }

 private:
  Json metrics_ = Json::array();
};

}  // namespace gril
