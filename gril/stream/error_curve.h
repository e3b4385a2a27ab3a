#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "gril/stream/state_transfer.h"

namespace gril::stream {

/// Running sums along a stream whose length is not known beforehand, in constant memory: the sums
/// are noted every `spacing` rows, and when the notes are full every second one is dropped and the
/// spacing doubles. So the sums at a tenth of the stream, found at the end, belong to a row at most
/// 1/512 of the stream away (to the very row in streams of up to 1024 rows).
class ErrorCurve {
 public:
  /// `methods`: how many sums run side by side.
  explicit ErrorCurve(std::size_t methods);

  /// Adds one squared error per method.
  void add(const std::vector<double>& squared_errors);

  int64_t rows() const { return rows_; }
  /// Sum of a method over the whole stream.
  double sum(std::size_t method) const { return sums_[method]; }

  /// The whole state, out or in.
  void transfer(StateTransfer& state);

  /// A note: mean squared error of a method over the first `rows` rows.
  struct Point {
    int64_t rows = 0;
    double mean = 0.0;
  };
  /// The note nearest to `fraction` of the stream, fraction in (0, 1]; the last row for 1.
  Point at(double fraction, std::size_t method) const;

 private:
  static constexpr std::size_t kNotes = 1024;
  void thin_out();

  std::size_t methods_;
  int64_t rows_ = 0;
  int64_t spacing_ = 1;
  std::vector<double> sums_;
  std::vector<double> notes_;  // sums after spacing, 2·spacing, … rows
  std::size_t noted_ = 0;
};

}  // namespace gril::stream
