#pragma once

#include <cstdint>

#include "gril/stream/state_transfer.h"

namespace gril::stream {

/// Predicts the mean of the targets seen so far (0 before the first): what every other method must
/// beat to be of use.
class RunningMean {
 public:
  double predict() const { return mean_; }
  void observe(double y) { mean_ += (y - mean_) / static_cast<double>(++rows_); }

  /// The whole state, out or in.
  void transfer(StateTransfer& state) {
    state.count(rows_);
    state.number(mean_);
  }
  /// As if it had seen the targets of `earlier` before its own.
  void prepend(const RunningMean& earlier) {
    if (earlier.rows_ == 0) return;
    rows_ += earlier.rows_;
    mean_ +=
        (earlier.mean_ - mean_) * static_cast<double>(earlier.rows_) / static_cast<double>(rows_);
  }

 private:
  int64_t rows_ = 0;
  double mean_ = 0.0;
};

}  // namespace gril::stream
