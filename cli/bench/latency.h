#pragma once

#include <chrono>
#include <cstdint>

#include "gril/base/json.h"
#include "gril/stream/latency_histogram.h"

namespace gril::bench {

/// How long one call takes, over many calls in a row.
struct Latency {
  int64_t calls = 0;
  double calls_per_second = 0;                         ///< without a clock around every call
  int64_t median = 0, percentile_99 = 0, largest = 0;  ///< nanoseconds, the clock included
  int64_t median_of_first_tenth = 0, median_of_last_tenth = 0;
};

/// Calls step(i) for i = 0 … calls - 1 with a clock around every call, then again without.
template <typename Step>
Latency latency_of(const Step& step, int64_t calls) {
  using Clock = std::chrono::steady_clock;
  stream::LatencyHistogram all, first, last;
  for (int64_t i = 0; i < calls; ++i) {
    const Clock::time_point before = Clock::now();
    step(i);
    const Clock::time_point after = Clock::now();
    const int64_t passed =
        std::chrono::duration_cast<std::chrono::nanoseconds>(after - before).count();
    all.add(passed);
    if (i < calls / 10) first.add(passed);
    if (i >= calls - calls / 10) last.add(passed);
  }
  const Clock::time_point start = Clock::now();
  for (int64_t i = 0; i < calls; ++i) step(i);
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  return {calls,
          static_cast<double>(calls) / seconds,
          all.percentile(0.5),
          all.percentile(0.99),
          all.largest(),
          first.percentile(0.5),
          last.percentile(0.5)};
}

inline Json to_json(const Latency& latency) {
  return {{"calls", latency.calls},
          {"calls_per_second", latency.calls_per_second},
          {"median_nanoseconds", latency.median},
          {"percentile_99_nanoseconds", latency.percentile_99},
          {"largest_nanoseconds", latency.largest},
          {"median_of_first_tenth_nanoseconds", latency.median_of_first_tenth},
          {"median_of_last_tenth_nanoseconds", latency.median_of_last_tenth}};
}

}  // namespace gril::bench
