#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "gril/stream/state_transfer.h"

namespace gril::stream {

/// Settings of NearestNeighbours.
struct NearestNeighboursOptions {
  std::size_t window = 512;    ///< rows remembered, at least 1
  std::size_t neighbours = 8;  ///< k, rows a prediction is the mean of, 1 … window
};

/// The mean target of the k rows nearest to x, by Euclidean distance, among the last W rows; of
/// fewer rows while there are fewer, and 0 before the first. Of rows equally far the earlier stored
/// count.
///
/// cost  O(W·(d + k)) per prediction, W·(d + 1) numbers of memory, nothing allocated after
///       construction.
class NearestNeighbours {
 public:
  /// errors  InvalidArgument for no feature, W = 0 or k outside 1 … W.
  NearestNeighbours(std::size_t features, const NearestNeighboursOptions& options);

  double predict(std::span<const double> x);
  void observe(std::span<const double> x, double y);
  /// The whole state, out or in.
  void transfer(StateTransfer& state);

 private:
  struct Neighbour {
    double distance = 0.0;  // squared
    double target = 0.0;
  };
  void insert(const Neighbour& row);

  std::size_t features_;
  NearestNeighboursOptions options_;
  std::vector<double> rows_;        // W rows of d features, a ring
  std::vector<double> targets_;     // their targets
  std::size_t next_ = 0;            // where the coming row goes
  std::size_t count_ = 0;           // rows held
  std::vector<Neighbour> nearest_;  // of the prediction under way, nearest first
};

}  // namespace gril::stream
