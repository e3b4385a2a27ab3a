#include "gril/analysis/metric_list.h"

namespace gril {

void MetricList::add(const std::string& name, double value, const std::string& unit,
                     const std::string& meaning) {
  metrics_.push_back({{"name", name}, {"value", value}, {"unit", unit}, {"meaning", meaning}});
}

void MetricList::add(const std::string& name, const Estimate& estimate, const std::string& unit,
                     const std::string& meaning) {
  metrics_.push_back({{"name", name},
                      {"value", estimate.value},
                      {"low", estimate.low},
                      {"high", estimate.high},
                      {"unit", unit},
                      {"meaning", meaning}});
}

}  // namespace gril
