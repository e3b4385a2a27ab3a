#pragma once

#include <cstdint>
#include <vector>

#include "gril/base/json.h"

namespace gril {

/// A number estimated from a sample and the central 95 % interval of its bootstrap distribution.
struct Estimate {
  double value = 0.0;
  double low = 0.0;  ///< NaN, as is high, for an interval that does not exist: of one value
  double high = 0.0;
};

/// How an interval is drawn.
struct BootstrapOptions {
  int64_t samples = 1000;  ///< resamples with replacement; at least 1
  uint64_t seed = 0;       ///< the same seed gives the same interval on every machine
};

/// The mean of `values` with its percentile interval (2.5 % to 97.5 % of the resampled means).
/// Errors: InvalidArgument "[bootstrap] …" when there are no values. Cost: samples · values.size().
Estimate bootstrap_mean(const std::vector<double>& values, const BootstrapOptions& options);

/// The ratio of two means over the same prompts: mean(numerators) / mean(denominators). Both are
/// resampled with the same prompts, so what the two share does not widen the interval.
/// Errors: InvalidArgument "[bootstrap] …" when the lengths differ or are 0.
Estimate bootstrap_ratio(const std::vector<double>& numerators,
                         const std::vector<double>& denominators, const BootstrapOptions& options);

/// {"value": …, "low": …, "high": …}
Json to_json(const Estimate& estimate);

}  // namespace gril
