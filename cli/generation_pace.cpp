#include "cli/generation_pace.h"

#include <algorithm>

namespace gril::cli {
namespace {

double median(std::vector<double> seconds) {
  if (seconds.empty()) return 0;
  const auto middle = seconds.begin() + static_cast<std::ptrdiff_t>(seconds.size() / 2);
  std::nth_element(seconds.begin(), middle, seconds.end());
  return *middle;
}

}  // namespace

void GenerationPace::add(double seconds) {
  if (first_.size() < kWindow) first_.push_back(seconds);
  if (last_.size() < kWindow) {
    last_.push_back(seconds);
  } else {
    last_[symbols_ % kWindow] = seconds;
  }
  ++symbols_;
}

double GenerationPace::median_at_start() const { return median(first_); }
double GenerationPace::median_at_end() const { return median(last_); }

}  // namespace gril::cli
