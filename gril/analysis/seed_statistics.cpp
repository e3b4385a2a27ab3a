#include "gril/analysis/seed_statistics.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

#include "gril/base/check.h"

namespace gril {
namespace {

std::optional<double> metric_value(const Json& summary, const std::string& name) {
  for (const Json& metric : summary["metrics"]) {
    if (metric["name"] == name && metric["value"].is_number()) return metric["value"].get<double>();
  }
  return std::nullopt;
}

/// The metric in every run, or nothing when one lacks it.
std::vector<double> values_of(const std::vector<Json>& summaries, const std::string& name) {
  std::vector<double> values;
  for (const Json& summary : summaries) {
    if (const auto value = metric_value(summary, name)) values.push_back(*value);
  }
  if (values.size() != summaries.size()) values.clear();
  return values;
}

double mean_of(const std::vector<double>& values) {
  double sum = 0.0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

/// Standard deviation of the values; one value has none.
std::optional<double> spread_of(const std::vector<double>& values) {
  if (values.size() < 2) return std::nullopt;
  // Equal values have no spread, whatever the rounding of their mean.
  if (std::set<double>(values.begin(), values.end()).size() < 2) return 0.0;
  const double mean = mean_of(values);
  double sum = 0.0;
  for (const double value : values) sum += (value - mean) * (value - mean);
  return std::sqrt(sum / static_cast<double>(values.size() - 1));
}

}  // namespace

std::vector<Result> seed_statistics(const std::vector<Json>& summaries, const std::string& source) {
  require(!summaries.empty(), "seed_statistics", "there must be at least one run; got none.");
  std::vector<Result> results;
  for (const Json& metric : summaries.front()["metrics"]) {
    const auto name = metric["name"].get<std::string>();
    const std::vector<double> values = values_of(summaries, name);
    if (values.empty()) continue;
    Result result{.name = name,
                  .value = mean_of(values),
                  .unit = metric["unit"].get<std::string>(),
                  .uncertainty = spread_of(values),
                  .samples = static_cast<int64_t>(values.size()),
                  .source = source};
    results.push_back(result);
    result.uncertainty.reset();
    result.samples = 1;
    result.name = name + ".lowest";
    result.value = *std::min_element(values.begin(), values.end());
    results.push_back(result);
    result.name = name + ".highest";
    result.value = *std::max_element(values.begin(), values.end());
    results.push_back(result);
  }
  return results;
}

}  // namespace gril
