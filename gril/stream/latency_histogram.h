#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace gril::stream {

/// Percentiles of durations in constant memory: buckets that grow by a 16th of a power of two, so a
/// percentile is exact to about 6 %.
class LatencyHistogram {
 public:
  void add(int64_t nanoseconds);
  /// The duration that a share `fraction` in (0, 1] of all durations does not pass, in
  /// nanoseconds; 0 when nothing was added.
  int64_t percentile(double fraction) const;
  int64_t largest() const { return largest_; }
  int64_t count() const { return count_; }

 private:
  static constexpr std::size_t kSteps = 16;  // per power of two
  std::array<int64_t, 64 * kSteps> buckets_ = {};
  int64_t count_ = 0;
  int64_t largest_ = 0;
};

}  // namespace gril::stream
