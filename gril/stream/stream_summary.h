#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "gril/base/json.h"
#include "gril/stream/stream_comparison.h"

namespace gril::stream {

/// How one method did on a stream.
struct MethodSummary {
  std::string name;
  int rank = 0;                   ///< 1 is the smallest mean squared error
  double mean_squared_error = 0;  ///< in squared units of the target
  double root_mean_squared_error = 0;
  double standardised_mean_squared_error = 0;
  double unexplained = 0;  ///< mean squared error over that of the running mean; may pass 1
  std::array<ErrorCurve::Point, 10> running = {};  ///< mean squared error after 10 %, 20 %, … 100 %
};

/// What a stream came to.
struct StreamSummary {
  std::string model, table, target;
  std::vector<std::string> features;
  bool intercept = true;
  bool standardised = true;
  int64_t scored_rows = 0;
  int64_t warm_up_rows = 0;
  int64_t skipped_rows = 0;
  std::vector<MethodSummary> methods;  ///< in the order of kMethodNames
  int64_t median_nanoseconds = 0;      ///< of the model, per row
  int64_t percentile_99_nanoseconds = 0;
  int64_t largest_nanoseconds = 0;
};

/// Refuses a stream that has nothing to sum up.
/// errors  InvalidArgument "[stream] …" when no row was scored.
void require_scored(const StreamComparison& comparison);

/// Fills the numbers, without methods when no row was scored; names and flags are the caller's.
StreamSummary summarise(const StreamComparison& comparison);

/// One object with every number of the summary; null stands for a number that does not exist.
Json to_json(const StreamSummary& summary);

/// The errors along the stream, for gril report: {"kind": "gril_stream_curve", model, table,
/// target, "reference": a method, "rows": […], "methods": [{name, "cumulative": […]}]}, the
/// cumulative squared errors in standardised units (of the target's deviation at each row) at up to
/// 200 rows.
Json curve_json(const StreamSummary& summary, const StreamComparison& comparison);

/// The summary for a person: a table in the order of the ranks, who wins, and the running error.
std::string to_text(const StreamSummary& summary);

}  // namespace gril::stream
