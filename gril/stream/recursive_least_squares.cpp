#include "gril/stream/recursive_least_squares.h"

#include <cmath>
#include <numeric>

#include "gril/base/check.h"

namespace gril::stream {

namespace {
constexpr double kLargestGrowth = 1e6;
}

RecursiveLeastSquares::RecursiveLeastSquares(std::size_t features,
                                             const RecursiveLeastSquaresOptions& options)
    : features_(features),
      forgetting_(options.forgetting),
      largest_variance_(kLargestGrowth / options.regularisation),
      weights_(features, 0.0),
      covariance_(features * features, 0.0),
      gain_(features, 0.0) {
  require(features > 0, "recursive_least_squares", "features must be at least 1; got 0. Give one.");
  require(options.forgetting > 0.0 && options.forgetting <= 1.0, "recursive_least_squares",
          "forgetting must lie in (0, 1]; got ", options.forgetting, ". 1 never forgets.");
  require(options.regularisation > 0.0 && std::isfinite(options.regularisation),
          "recursive_least_squares", "regularisation must be positive; got ",
          options.regularisation, ". Use 1 on standardised columns.");
  for (std::size_t i = 0; i < features; ++i) {
    covariance_[i * features + i] = 1.0 / options.regularisation;
  }
}

double RecursiveLeastSquares::predict(std::span<const double> x) const {
  return std::inner_product(x.begin(), x.end(), weights_.begin(), 0.0);
}

void RecursiveLeastSquares::observe(std::span<const double> x, double y) {
  const double error = y - predict(x);
  for (std::size_t i = 0; i < features_; ++i) {
    gain_[i] = std::inner_product(x.begin(), x.end(), &covariance_[i * features_], 0.0);
  }
  const double variance = std::inner_product(x.begin(), x.end(), gain_.begin(), 0.0);
  const double scale = 1.0 / (forgetting_ + variance);
  for (std::size_t i = 0; i < features_; ++i) {
    weights_[i] += gain_[i] * scale * error;
    for (std::size_t j = 0; j <= i; ++j) {
      double& entry = covariance_[i * features_ + j];
      entry = (entry - gain_[i] * gain_[j] * scale) / forgetting_;
      covariance_[j * features_ + i] = entry;
    }
  }
  bound_unexcited_directions();
}

void RecursiveLeastSquares::transfer(StateTransfer& state) {
  state.numbers(weights_);
  state.numbers(covariance_);
}

void RecursiveLeastSquares::bound_unexcited_directions() {
  for (std::size_t i = 0; i < features_; ++i) {
    const double variance = covariance_[i * features_ + i];
    if (variance <= largest_variance_) continue;
    const double factor = std::sqrt(largest_variance_ / variance);
    for (std::size_t j = 0; j < features_; ++j) {
      covariance_[i * features_ + j] *= factor;
      covariance_[j * features_ + i] *= factor;
    }
  }
}

}  // namespace gril::stream
