#include "gril/stream/nearest_neighbours.h"

#include <algorithm>

#include "gril/base/check.h"

namespace gril::stream {

NearestNeighbours::NearestNeighbours(std::size_t features, const NearestNeighboursOptions& options)
    : features_(features), options_(options) {
  constexpr std::string_view kWhere = "nearest_neighbours";
  require(features > 0, kWhere, "features must be at least 1; got 0. Give one.");
  require(options.window > 0, kWhere, "window must be at least 1 row; got 0. Use 512.");
  require(options.neighbours > 0 && options.neighbours <= options.window, kWhere,
          "neighbours must lie between 1 and the window of ", options.window, " rows; got ",
          options.neighbours, ". Use 8.");
  rows_.assign(options.window * features, 0.0);
  targets_.assign(options.window, 0.0);
  nearest_.reserve(options.neighbours);
}

double NearestNeighbours::predict(std::span<const double> x) {
  nearest_.clear();
  for (std::size_t row = 0; row < count_; ++row) {
    const double* const features = &rows_[row * features_];
    double distance = 0.0;
    for (std::size_t i = 0; i < features_; ++i) {
      distance += (x[i] - features[i]) * (x[i] - features[i]);
    }
    const bool room = nearest_.size() < options_.neighbours;
    if (room || distance < nearest_.back().distance) insert({distance, targets_[row]});
  }
  if (nearest_.empty()) return 0.0;
  double sum = 0.0;
  for (const Neighbour& neighbour : nearest_) sum += neighbour.target;
  return sum / static_cast<double>(nearest_.size());
}

// Keeps the order; the farthest row leaves when there is no room.
void NearestNeighbours::insert(const Neighbour& row) {
  if (nearest_.size() == options_.neighbours) nearest_.pop_back();
  const auto place = std::upper_bound(
      nearest_.begin(), nearest_.end(), row,
      [](const Neighbour& a, const Neighbour& b) { return a.distance < b.distance; });
  nearest_.insert(place, row);
}

void NearestNeighbours::observe(std::span<const double> x, double y) {
  std::copy(x.begin(), x.end(), &rows_[next_ * features_]);
  targets_[next_] = y;
  count_ = std::min(count_ + 1, options_.window);
  next_ = (next_ + 1) % options_.window;
}

void NearestNeighbours::transfer(StateTransfer& state) {
  state.numbers(rows_);
  state.numbers(targets_);
  state.index(next_, options_.window - 1);
  state.index(count_, options_.window);
}

}  // namespace gril::stream
