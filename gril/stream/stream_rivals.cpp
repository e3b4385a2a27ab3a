#include "gril/stream/stream_rivals.h"

namespace gril::stream {
namespace {

RecursiveLeastSquaresOptions without_forgetting(RecursiveLeastSquaresOptions options) {
  options.forgetting = 1.0;
  return options;
}

}  // namespace

StreamRivals::StreamRivals(std::size_t features, const RivalOptions& options)
    : forgetting_(features, options.recursive_least_squares),
      unforgetting_(features, without_forgetting(options.recursive_least_squares)),
      normalised_lms_(features, options.normalised_lms),
      sliding_window_(features, options.sliding_window),
      nearest_neighbours_(features, options.nearest_neighbours) {}

void StreamRivals::predict(std::span<const double> x, std::span<double, kCount> predictions) {
  predictions[0] = forgetting_.predict(x);
  predictions[1] = unforgetting_.predict(x);
  predictions[2] = normalised_lms_.predict(x);
  predictions[3] = sliding_window_.predict(x);
  predictions[4] = nearest_neighbours_.predict(x);
}

void StreamRivals::observe(std::span<const double> x, double y) {
  forgetting_.observe(x, y);
  unforgetting_.observe(x, y);
  normalised_lms_.observe(x, y);
  sliding_window_.observe(x, y);
  nearest_neighbours_.observe(x, y);
}

void StreamRivals::transfer(StateTransfer& state) {
  forgetting_.transfer(state);
  unforgetting_.transfer(state);
  normalised_lms_.transfer(state);
  sliding_window_.transfer(state);
  nearest_neighbours_.transfer(state);
}

}  // namespace gril::stream
