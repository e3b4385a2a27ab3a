#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "gril/base/json.h"

namespace gril::bench {

struct StreamBenchmarkOptions {
  int64_t rows = 100000;  ///< of every measured stream; at least 10
  /// Told what is measured next.
  std::function<void(const std::string&)> progress = [](const std::string&) {};
};

/// Time per row of a stream of regression examples (x of d numbers, one target), on one thread: the
/// prediction of a constructed gradient descent step and its update, recursive least squares
/// beside it, and one operation of libtorch on d numbers, which is what a step through libtorch
/// costs at least. Median, 99th percentile and largest of all rows, rows per second, the median of
/// the first and the last tenth, and the memory that the rows added.
/// Returns {"machine", "clock_nanoseconds", "rows": […], "goals": […]}; a latency holds the clock's
/// own time, a rate does not.
/// Errors: InvalidArgument "[bench] …" for too few rows.
Json benchmark_stream(const StreamBenchmarkOptions& options);

}  // namespace gril::bench
