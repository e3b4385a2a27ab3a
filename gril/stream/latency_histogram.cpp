#include "gril/stream/latency_histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace gril::stream {
namespace {

constexpr int kStepBits = 4;  // 16 steps per power of two

// Values below 16 have a bucket each; above, the four bits below the leading one choose the step.
std::size_t bucket_of(uint64_t value) {
  const int shift = std::max(static_cast<int>(std::bit_width(value)) - kStepBits - 1, 0);
  return (static_cast<std::size_t>(shift) << kStepBits) + static_cast<std::size_t>(value >> shift);
}

int64_t largest_in_bucket(std::size_t bucket) {
  const std::size_t steps = std::size_t{1} << kStepBits;
  const std::size_t shift = bucket < steps ? 0 : bucket / steps - 1;
  const std::size_t lowest = bucket - shift * steps;
  return static_cast<int64_t>(((lowest + 1) << shift) - 1);
}

}  // namespace

void LatencyHistogram::add(int64_t nanoseconds) {
  const int64_t value = std::max<int64_t>(nanoseconds, 0);
  ++buckets_[bucket_of(static_cast<uint64_t>(value))];
  ++count_;
  largest_ = std::max(largest_, value);
}

int64_t LatencyHistogram::percentile(double fraction) const {
  const auto wanted = static_cast<int64_t>(std::ceil(fraction * static_cast<double>(count_)));
  int64_t seen = 0;
  for (std::size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
    seen += buckets_[bucket];
    if (seen >= wanted && seen > 0) return std::min(largest_in_bucket(bucket), largest_);
  }
  return 0;
}

}  // namespace gril::stream
