#include "cli/bench/timing.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace gril::bench {
namespace {

/// The median of a slow call settles after few rounds, and many would take minutes.
constexpr double kSlowSeconds = 0.5;
constexpr int kSlowRounds = 3;

double seconds_of(const std::function<void()>& call) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point start = Clock::now();
  call();
  return std::chrono::duration<double>(Clock::now() - start).count();
}

}  // namespace

std::vector<Timing> time_alternating(const std::vector<std::function<void()>>& calls, int rounds,
                                     const std::function<void(std::size_t)>& prepare) {
  std::vector<int> rounds_of;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    prepare(i);
    rounds_of.push_back(seconds_of(calls[i]) > kSlowSeconds ? std::min(rounds, kSlowRounds)
                                                            : rounds);
  }
  std::vector<std::vector<double>> seconds(calls.size());
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < calls.size(); ++i) {
      const std::size_t which = round % 2 == 0 ? i : calls.size() - 1 - i;
      if (round >= rounds_of[which]) continue;
      prepare(which);
      seconds[which].push_back(seconds_of(calls[which]));
    }
  }
  std::vector<Timing> timings;
  for (auto& values : seconds) {
    std::sort(values.begin(), values.end());
    timings.push_back({values.front(), values[values.size() / 2], static_cast<int>(values.size())});
  }
  return timings;
}

double log_log_slope(const std::vector<double>& lengths, const std::vector<double>& seconds) {
  const auto count = static_cast<double>(lengths.size());
  double mean_x = 0, mean_y = 0;
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    mean_x += std::log(lengths[i]) / count;
    mean_y += std::log(seconds[i]) / count;
  }
  double covariance = 0, variance = 0;
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    const double x = std::log(lengths[i]) - mean_x;
    covariance += x * (std::log(seconds[i]) - mean_y);
    variance += x * x;
  }
  return covariance / variance;
}

}  // namespace gril::bench
