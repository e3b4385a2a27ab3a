#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace gril::bench {

/// Wall time of one call, in seconds.
struct Timing {
  double best = 0;
  double median = 0;
  int rounds = 0;  ///< timed calls
};

/// Times calls against each other: one warm-up each, then `rounds` rounds in which each runs once.
/// A call whose warm-up takes over half a second skips all rounds but the first three.
/// Every second round runs in the opposite order, so that a drift of the machine (clock, other
/// guests) meets all of them alike.
/// prepare   called with the number of a call before each of its runs, off the clock.
std::vector<Timing> time_alternating(
    const std::vector<std::function<void()>>& calls, int rounds,
    const std::function<void(std::size_t)>& prepare = [](std::size_t) {});

/// Slope of log(seconds) against log(length), by least squares: 1 is cost linear in the length.
double log_log_slope(const std::vector<double>& lengths, const std::vector<double>& seconds);

}  // namespace gril::bench
