#include "gril/base/example_segments.h"

#include "gril/base/check.h"

namespace gril {
namespace {

void check_segments(int64_t segments) {
  require(segments >= 1, "segments", "segments must be at least 1; got ", segments, ".");
}

}  // namespace

std::vector<int64_t> segment_sizes(int64_t examples, int64_t segments) {
  check_segments(segments);
  require(examples >= 1, "segments", "examples must be at least 1; got ", examples, ".");
  std::vector<int64_t> sizes(static_cast<std::size_t>(segments), examples / segments);
  for (int64_t k = 0; k < examples % segments; ++k) ++sizes[static_cast<std::size_t>(k)];
  return sizes;
}

int64_t marker_width(int64_t segments) {
  check_segments(segments);
  return segments > 1 ? segments : 0;
}

std::vector<double> segment_markers(int64_t examples, int64_t segments) {
  const std::vector<int64_t> sizes = segment_sizes(examples, segments);
  const auto width = static_cast<std::size_t>(marker_width(segments));
  std::vector<double> markers(static_cast<std::size_t>(examples) * width, 0.0);
  if (width == 0) return markers;
  std::size_t example = 0;
  for (std::size_t k = 0; k < sizes.size(); ++k) {
    for (int64_t i = 0; i < sizes[k]; ++i, ++example) markers[example * width + k] = 1.0;
  }
  return markers;
}

}  // namespace gril
