#include "gril/analysis/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <random>

#include "gril/base/check.h"
#include "gril/base/seed.h"

namespace gril {
namespace {

using Statistic = std::function<double(const std::vector<std::size_t>&)>;

/// The two ends of the central 95 % of `statistic` over resamples of the indices 0 … count-1.
Estimate percentile_interval(double value, std::size_t count, const Statistic& statistic,
                             const BootstrapOptions& options) {
  std::vector<double> results;
  std::vector<std::size_t> chosen(count);
  for (int64_t sample = 0; sample < options.samples; ++sample) {
    // The multiplication maps 32 random bits to 0 … count-1 the same way on every machine, which
    // std::uniform_int_distribution does not promise.
    std::mt19937 bits(static_cast<uint32_t>(
        child_seed(options.seed, "bootstrap", static_cast<uint64_t>(sample))));
    for (std::size_t& index : chosen) index = (static_cast<uint64_t>(bits()) * count) >> 32U;
    results.push_back(statistic(chosen));
  }
  const bool known = count > 1 && std::all_of(results.begin(), results.end(),
                                              [](double result) { return std::isfinite(result); });
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  if (!known) return {value, kNone, kNone};
  std::sort(results.begin(), results.end());
  const auto at_share = [&](double share) {
    return results[static_cast<std::size_t>(share * static_cast<double>(results.size() - 1) + 0.5)];
  };
  return {value, at_share(0.025), at_share(0.975)};
}

double sum_of(const std::vector<double>& values, const std::vector<std::size_t>& chosen) {
  double sum = 0.0;
  for (const std::size_t index : chosen) sum += values[index];
  return sum;
}

}  // namespace

Estimate bootstrap_mean(const std::vector<double>& values, const BootstrapOptions& options) {
  require(!values.empty() && options.samples > 0, "bootstrap",
          "values and samples must be at least one; got ", values.size(), " and ", options.samples,
          '.');
  const auto count = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
  const auto statistic = [&](const std::vector<std::size_t>& chosen) {
    return sum_of(values, chosen) / count;
  };
  return percentile_interval(mean, values.size(), statistic, options);
}

Estimate bootstrap_ratio(const std::vector<double>& numerators,
                         const std::vector<double>& denominators, const BootstrapOptions& options) {
  require(numerators.size() == denominators.size() && !numerators.empty() && options.samples > 0,
          "bootstrap", "numerators and denominators must have one length, at least one; got ",
          numerators.size(), " and ", denominators.size(), '.');
  const double ratio = std::accumulate(numerators.begin(), numerators.end(), 0.0) /
                       std::accumulate(denominators.begin(), denominators.end(), 0.0);
  const auto statistic = [&](const std::vector<std::size_t>& chosen) {
    return sum_of(numerators, chosen) / sum_of(denominators, chosen);
  };
  return percentile_interval(ratio, numerators.size(), statistic, options);
}

Json to_json(const Estimate& estimate) {
  return {{"value", estimate.value}, {"low", estimate.low}, {"high", estimate.high}};
}

}  // namespace gril
