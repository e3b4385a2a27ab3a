#pragma once

#include <cstddef>
#include <span>

#include "gril/stream/nearest_neighbours.h"
#include "gril/stream/normalised_lms.h"
#include "gril/stream/recursive_least_squares.h"
#include "gril/stream/sliding_window_least_squares.h"

namespace gril::stream {

/// Settings of StreamRivals.
struct RivalOptions {
  RecursiveLeastSquaresOptions recursive_least_squares = {};
  NormalisedLmsOptions normalised_lms = {};
  SlidingWindowOptions sliding_window = {};
  NearestNeighboursOptions nearest_neighbours = {};
};

/// The methods that learn from the features a model learns from, side by side. Predictions in this
/// order: recursive least squares, the same without forgetting, normalised LMS, sliding-window
/// least squares, nearest neighbours.
class StreamRivals {
 public:
  static constexpr std::size_t kCount = 5;

  /// errors  InvalidArgument for an option out of range.
  StreamRivals(std::size_t features, const RivalOptions& options);

  void predict(std::span<const double> x, std::span<double, kCount> predictions);
  void observe(std::span<const double> x, double y);
  /// The whole state, out or in.
  void transfer(StateTransfer& state);

 private:
  RecursiveLeastSquares forgetting_;
  RecursiveLeastSquares unforgetting_;
  NormalisedLms normalised_lms_;
  SlidingWindowLeastSquares sliding_window_;
  NearestNeighbours nearest_neighbours_;
};

}  // namespace gril::stream
