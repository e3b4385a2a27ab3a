#include "gril/tasks/in_context/token_parts.h"

#include <gtest/gtest.h>

#include <string>

#include "gril/base/check.h"

namespace gril {
namespace {

/// "x_1[2] y_1[1] | …": the parts of a token with their sizes, tokens separated by bars.
std::string described(TokenLayout layout, int64_t inputs, int64_t outputs, int64_t examples,
                      int64_t segments = 1) {
  std::string text;
  for (const auto& token : token_parts(layout, inputs, outputs, examples, segments)) {
    if (!text.empty()) text += " | ";
    int64_t begin = 0;
    for (const TokenPart& part : token) {
      EXPECT_EQ(part.begin, begin);
      text += concatenate(begin == 0 ? "" : " ", part.name, '[', part.size, ']');
      begin += part.size;
    }
  }
  return text;
}

TEST(TokenParts, NameWhatEveryTokenHolds) {
  EXPECT_EQ(described(TokenLayout::kConstructed, 2, 1, 2), "x_1·y_1[2] x_2[2] | x_2·y_2[2] x_q[2]");
  EXPECT_EQ(described(TokenLayout::kInterleaved, 3, 1, 2),
            "x_1[3] | 0[2] y_1[1] | x_2[3] | 0[2] y_2[1] | x_q[3]");
  EXPECT_EQ(described(TokenLayout::kInterleaved, 2, 2, 1), "x_1[2] | y_1[2] | x_q[2]");
  EXPECT_EQ(described(TokenLayout::kPairs, 2, 1, 2), "x_1[2] y_1[1] | x_2[2] y_2[1] | x_q[2] 0[1]");
  EXPECT_EQ(described(TokenLayout::kWindowed, 2, 1, 2),
            "x_1[2] y_1[1] x_2[2] | x_2[2] y_2[1] x_q[2]");
  EXPECT_EQ(described(TokenLayout::kBlocks, 2, 3, 1), "x_1[2] 0[3] | 0[2] y_1[3] | x_q[2] 0[3]");
}

TEST(TokenParts, EndWithTheMarkerOfTheSegment) {
  EXPECT_EQ(described(TokenLayout::kPairs, 2, 1, 3, 2),
            "x_1[2] y_1[1] segment_1[2] | x_2[2] y_2[1] segment_1[2] | x_3[2] y_3[1] segment_2[2] "
            "| x_q[2] 0[3]");
  EXPECT_EQ(described(TokenLayout::kWindowed, 1, 1, 2, 2),
            "x_1[1] y_1[1] x_2[1] segment_1[2] | x_2[1] y_2[1] x_q[1] segment_2[2]");
  EXPECT_EQ(described(TokenLayout::kBlocks, 1, 1, 2, 2),
            "x_1[1] 0[1] segment_1[2] | 0[1] y_1[1] segment_1[2] | x_2[1] 0[1] segment_2[2] | 0[1] "
            "y_2[1] segment_2[2] | x_q[1] 0[3]");
}

TEST(TokenParts, KeepManyExamplesApart) {
  const auto tokens = token_parts(TokenLayout::kConstructed, 1, 1, 100);
  EXPECT_EQ(tokens[11].front().name, "x_12·y_12");
  EXPECT_EQ(tokens[99].back().name, "x_q");
}

}  // namespace
}  // namespace gril
