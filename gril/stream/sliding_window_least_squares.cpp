#include "gril/stream/sliding_window_least_squares.h"

#include <algorithm>
#include <numeric>

#include "gril/base/check.h"
#include "gril/stream/cholesky.h"

namespace gril::stream {

namespace {
constexpr double kRelativeRidge = 1e-12;
}

SlidingWindowLeastSquares::SlidingWindowLeastSquares(std::size_t features,
                                                     const SlidingWindowOptions& options)
    : features_(features), options_(options) {
  require(features > 0, "sliding_window", "features must be at least 1; got 0. Give one.");
  require(options.window > 0, "sliding_window", "window must be at least 1 row; got 0. Use 512.");
  require(options.regularisation > 0.0, "sliding_window", "regularisation must be positive; got ",
          options.regularisation, ". Use 1 on standardised columns.");
  rows_.assign(options.window * features, 0.0);
  targets_.assign(options.window, 0.0);
  gram_.assign(features * features, 0.0);
  moment_.assign(features, 0.0);
  factor_.assign(features * features, 0.0);
  weights_.assign(features, 0.0);
}

double SlidingWindowLeastSquares::predict(std::span<const double> x) const {
  return std::inner_product(x.begin(), x.end(), weights_.begin(), 0.0);
}

void SlidingWindowLeastSquares::observe(std::span<const double> x, double y) {
  double* const slot = &rows_[next_ * features_];
  if (count_ == options_.window) {
    add_to_sums(slot, targets_[next_], -1.0);
  } else {
    ++count_;
  }
  std::copy(x.begin(), x.end(), slot);
  targets_[next_] = y;
  add_to_sums(slot, y, 1.0);
  next_ = (next_ + 1) % options_.window;
  if (next_ == 0) sum_afresh();
  solve();
}

void SlidingWindowLeastSquares::transfer(StateTransfer& state) {
  state.numbers(rows_);
  state.numbers(targets_);
  state.index(next_, options_.window - 1);
  state.index(count_, options_.window);
  state.numbers(gram_);
  state.numbers(moment_);
  state.numbers(weights_);
}

void SlidingWindowLeastSquares::add_to_sums(const double* x, double y, double sign) {
  for (std::size_t i = 0; i < features_; ++i) {
    moment_[i] += sign * y * x[i];
    for (std::size_t j = 0; j <= i; ++j) gram_[i * features_ + j] += sign * x[i] * x[j];
  }
}

void SlidingWindowLeastSquares::sum_afresh() {
  std::fill(gram_.begin(), gram_.end(), 0.0);
  std::fill(moment_.begin(), moment_.end(), 0.0);
  for (std::size_t row = 0; row < count_; ++row) {
    add_to_sums(&rows_[row * features_], targets_[row], 1.0);
  }
}

void SlidingWindowLeastSquares::solve() {
  double largest = 0.0;
  for (std::size_t i = 0; i < features_; ++i) {
    largest = std::max(largest, gram_[i * features_ + i]);
  }
  std::copy(gram_.begin(), gram_.end(), factor_.begin());
  for (std::size_t i = 0; i < features_; ++i) {
    factor_[i * features_ + i] += options_.regularisation + kRelativeRidge * largest;
  }
  std::copy(moment_.begin(), moment_.end(), weights_.begin());
  require(solve_in_place(factor_, weights_), "sliding_window",
          "features must be finite and below 1e150 in size; got a system without a solution. "
          "Standardise the columns.");
}

}  // namespace gril::stream
