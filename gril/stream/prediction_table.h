#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gril::stream {

/// Writes predictions as CSV: a header "row,target,METHOD…" and one line per row, numbers with up
/// to 10 significant digits. Lines are collected in a buffer of 64 KiB.
class PredictionTable {
 public:
  using Sink = std::function<void(std::string_view)>;

  /// sink          takes each piece of text, in order
  /// method_names  the columns after row and target
  PredictionTable(Sink sink, std::span<const std::string_view> method_names);

  /// One line: row number in the table, target, one prediction per method.
  void add(int64_t row, double target, std::span<const double> predictions);
  /// Hands the rest to the sink.
  void flush();

 private:
  void append_number(double number);

  Sink sink_;
  std::string buffer_;
};

}  // namespace gril::stream
