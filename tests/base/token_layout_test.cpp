#include "gril/base/token_layout.h"

#include <gtest/gtest.h>

#include "gril/base/error.h"
#include "tests/support/error_text.h"

namespace gril {
namespace {

using Positions = std::vector<int64_t>;

TEST(TokenLayout, NamesGoThereAndBack) {
  EXPECT_EQ(token_layout_names().size(), 5U);
  for (const std::string& name : token_layout_names()) {
    EXPECT_EQ(token_layout_name(token_layout_from_name(name)), name);
  }
  EXPECT_EQ(token_layout_from_name("blocks"), TokenLayout::kBlocks);
}

TEST(TokenLayout, UnknownNameIsRefusedWithTheNearest) {
  EXPECT_EQ(error_text<InvalidArgument>([] { token_layout_from_name("interleavd"); }),
            "[token_layout] must be one of constructed, interleaved, pairs, windowed, blocks; got "
            "\"interleavd\". Did you mean \"interleaved\"?");
  EXPECT_EQ(error_text<InvalidArgument>([] { token_layout_from_name(""); }),
            "[token_layout] must be one of constructed, interleaved, pairs, windowed, blocks; got "
            "\"\".");
}

TEST(TokenLayout, ShapesFollowTheTable) {
  const auto expect_shape = [](TokenLayout layout, int64_t outputs, int64_t width, int64_t query) {
    const TokenShape shape = token_shape(layout, 5, outputs);
    EXPECT_EQ(shape.width, width) << token_layout_name(layout);
    EXPECT_EQ(shape.query_offset, query) << token_layout_name(layout);
  };
  expect_shape(TokenLayout::kConstructed, 1, 10, 5);
  expect_shape(TokenLayout::kInterleaved, 5, 5, 0);
  expect_shape(TokenLayout::kPairs, 7, 12, 0);
  expect_shape(TokenLayout::kWindowed, 7, 17, 12);
  expect_shape(TokenLayout::kBlocks, 7, 12, 0);
}

TEST(TokenLayout, SizesItCannotHoldAreRefused) {
  EXPECT_EQ(error_text<InvalidArgument>([] { token_shape(TokenLayout::kConstructed, 5, 2); }),
            "[token_layout] constructed tokens hold one output; got 2. Use windowed, pairs or "
            "blocks.");
  EXPECT_EQ(error_text<InvalidArgument>([] { token_shape(TokenLayout::kInterleaved, 3, 4); }),
            "[token_layout] interleaved tokens hold at most as many outputs as inputs; got 4 "
            "outputs and 3 inputs. Use blocks.");
  EXPECT_EQ(error_text<InvalidArgument>([] { token_shape(TokenLayout::kPairs, 0, 4); }),
            "[token_layout] inputs and outputs must be at least 1; got 0 and 4.");
  EXPECT_EQ(error_text<InvalidArgument>([] { token_count(TokenLayout::kPairs, 0); }),
            "[token_layout] examples must be at least 1; got 0.");
}

TEST(TokenLayout, EachPredictionSitsWhereItsQueryArrives) {
  EXPECT_EQ(prediction_positions(TokenLayout::kConstructed, 3), (Positions{0, 1, 2}));
  EXPECT_EQ(prediction_positions(TokenLayout::kWindowed, 3), (Positions{0, 1, 2}));
  EXPECT_EQ(prediction_positions(TokenLayout::kPairs, 3), (Positions{1, 2, 3}));
  EXPECT_EQ(prediction_positions(TokenLayout::kInterleaved, 3), (Positions{2, 4, 6}));
  EXPECT_EQ(prediction_positions(TokenLayout::kBlocks, 1), (Positions{2}));
}

TEST(TokenLayout, TheLastPredictionSitsOnTheLastToken) {
  for (const std::string& name : token_layout_names()) {
    const TokenLayout layout = token_layout_from_name(name);
    for (const int64_t examples : {1, 2, 10, 257}) {
      EXPECT_EQ(prediction_positions(layout, examples).back(), token_count(layout, examples) - 1);
    }
  }
}

}  // namespace
}  // namespace gril
