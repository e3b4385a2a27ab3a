#pragma once

#include <cstdint>

namespace gril::stream {

/// Predicts the mean of the targets seen so far (0 before the first): what every other method must
/// beat to be of use.
class RunningMean {
 public:
  double predict() const { return mean_; }
  void observe(double y) { mean_ += (y - mean_) / static_cast<double>(++rows_); }

 private:
  int64_t rows_ = 0;
  double mean_ = 0.0;
};

}  // namespace gril::stream
