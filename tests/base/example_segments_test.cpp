#include "gril/base/example_segments.h"

#include <gtest/gtest.h>

#include <vector>

#include "gril/base/error.h"
#include "tests/support/error_text.h"

namespace gril {
namespace {

TEST(ExampleSegments, AreConsecutiveAndAsEqualAsPossible) {
  EXPECT_EQ(segment_sizes(10, 4), (std::vector<int64_t>{3, 3, 2, 2}));
  EXPECT_EQ(segment_sizes(6, 3), (std::vector<int64_t>{2, 2, 2}));
  EXPECT_EQ(segment_sizes(5, 1), (std::vector<int64_t>{5}));
  EXPECT_EQ(segment_sizes(2, 3), (std::vector<int64_t>{1, 1, 0}));
}

TEST(ExampleSegments, MarkTheSegmentOfEveryExample) {
  EXPECT_EQ(segment_markers(3, 2), (std::vector<double>{1, 0, 1, 0, 0, 1}));
  EXPECT_EQ(segment_markers(1, 2), (std::vector<double>{1, 0}));
  EXPECT_EQ(marker_width(5), 5);
}

TEST(ExampleSegments, OneSegmentNeedsNoMarker) {
  EXPECT_EQ(marker_width(1), 0);
  EXPECT_TRUE(segment_markers(4, 1).empty());
}

TEST(ExampleSegments, RefuseNoSegmentAndNoExample) {
  EXPECT_EQ(error_text<InvalidArgument>([] { segment_sizes(4, 0); }),
            "[segments] segments must be at least 1; got 0.");
  EXPECT_EQ(error_text<InvalidArgument>([] { segment_markers(0, 2); }),
            "[segments] examples must be at least 1; got 0.");
  EXPECT_EQ(error_text<InvalidArgument>([] { marker_width(-1); }),
            "[segments] segments must be at least 1; got -1.");
}

}  // namespace
}  // namespace gril
