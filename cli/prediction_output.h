#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gril/base/file.h"
#include "gril/stream/prediction_table.h"
#include "gril/stream/stream_comparison.h"

namespace gril::cli {

/// Where the predictions of a stream go: a file that appears when it is complete, the standard
/// output, or nowhere.
class PredictionOutput {
 public:
  /// file       empty: none
  /// to_stdout  without a file
  PredictionOutput(const std::string& file, bool to_stdout);

  /// at_once  hands the line over now: the table may be live, and every line counts
  void add(int64_t row, double target, const std::array<double, stream::kMethods>& predictions,
           bool at_once);
  void finish();

 private:
  void write(std::string_view text);

  bool to_stdout_;
  std::optional<AtomicFile> file_;
  std::optional<stream::PredictionTable> table_;
};

}  // namespace gril::cli
