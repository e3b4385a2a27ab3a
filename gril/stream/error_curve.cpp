#include "gril/stream/error_curve.h"

#include <algorithm>
#include <cmath>

#include "gril/base/check.h"

namespace gril::stream {

ErrorCurve::ErrorCurve(std::size_t methods)
    : methods_(methods), sums_(methods, 0.0), notes_(methods * kNotes, 0.0) {}

void ErrorCurve::add(const std::vector<double>& squared_errors) {
  for (std::size_t i = 0; i < methods_; ++i) sums_[i] += squared_errors[i];
  ++rows_;
  if (rows_ % spacing_ != 0) return;
  if (noted_ == kNotes) {
    thin_out();
    if (rows_ % spacing_ != 0) return;
  }
  std::copy(sums_.begin(), sums_.end(),
            notes_.begin() + static_cast<std::ptrdiff_t>(noted_ * methods_));
  ++noted_;
}

void ErrorCurve::thin_out() {
  for (std::size_t kept = 0; kept < kNotes / 2; ++kept) {
    const auto from = notes_.begin() + static_cast<std::ptrdiff_t>((2 * kept + 1) * methods_);
    std::copy_n(from, methods_, notes_.begin() + static_cast<std::ptrdiff_t>(kept * methods_));
  }
  noted_ = kNotes / 2;
  spacing_ *= 2;
}

void ErrorCurve::transfer(StateTransfer& state) {
  state.count(rows_);
  state.count(spacing_);
  require_file(spacing_ >= 1, "stream_state",
               "the spacing of a curve must be at least 1; got 0. The state was damaged.");
  state.numbers(sums_);
  state.numbers(notes_);
  state.index(noted_, kNotes);
}

ErrorCurve::Point ErrorCurve::at(double fraction, std::size_t method) const {
  if (noted_ == 0 || fraction >= 1.0) {
    return {rows_, rows_ == 0 ? 0.0 : sums_[method] / static_cast<double>(rows_)};
  }
  const double wanted = fraction * static_cast<double>(rows_) / static_cast<double>(spacing_);
  const double note = std::clamp(std::round(wanted), 1.0, static_cast<double>(noted_));
  const int64_t rows = static_cast<int64_t>(note) * spacing_;
  const double sum = notes_[(static_cast<std::size_t>(note) - 1) * methods_ + method];
  return {rows, sum / static_cast<double>(rows)};
}

}  // namespace gril::stream
