#pragma once

#include <cstdint>
#include <vector>

namespace gril {

/// N context examples in K consecutive segments, as equal as possible: the first N mod K of them
/// hold one example more. Where N < K the last ones are empty.
///
/// The tokens of an example say which segment it is of by a marker, K features of which that of the
/// segment is 1 and the others 0 (prompt_tokens.h).
///
/// Errors of all three: InvalidArgument "[segments] …" for less than one segment or no example.

/// Examples of each segment, (K).
std::vector<int64_t> segment_sizes(int64_t examples, int64_t segments);

/// Features of a marker: K, and none for a single segment.
int64_t marker_width(int64_t segments);

/// The marker of each example, (N, marker_width(K)), row-major.
std::vector<double> segment_markers(int64_t examples, int64_t segments);

}  // namespace gril
