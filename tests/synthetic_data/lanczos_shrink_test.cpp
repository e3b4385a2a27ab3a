#include "gril/synthetic_data/lanczos_shrink.h"

#include <gtest/gtest.h>

namespace gril {
namespace {

// The expected bytes are those of Pillow 13.0, resize(…, Image.LANCZOS).
TEST(LanczosShrink, GivesTheBytesOfPillow) {
  ByteGrid pattern(9);
  for (std::size_t i = 0; i < 81; ++i) {
    pattern.values[i] = static_cast<uint8_t>((i * i * 37 + i * 11) % 256);
  }
  EXPECT_EQ(lanczos_shrink(pattern, 5).values,
            (std::vector<uint8_t>{80,  161, 185, 136, 126, 176, 191, 157, 121, 160, 163, 96, 127,
                                  139, 93,  186, 92,  111, 121, 66,  114, 127, 81,  92,  119}));
  ByteGrid block(8);
  for (int64_t row = 2; row < 5; ++row) {
    for (int64_t column = 3; column < 7; ++column) block[{row, column}] = 255;
  }
  EXPECT_EQ(lanczos_shrink(block, 4).values,
            (std::vector<uint8_t>{0, 4, 9, 5, 0, 123, 255, 132, 0, 62, 130, 66, 0, 0, 0, 0}));
}

TEST(LanczosShrink, KeepsAnEvenGrey) {
  EXPECT_EQ(lanczos_shrink(ByteGrid(17, 93), 9).values, std::vector<uint8_t>(81, 93));
}

TEST(LanczosShrink, LeavesASquareOfTheSameSizeAlone) {
  ByteGrid pattern(6);
  for (std::size_t i = 0; i < 36; ++i) pattern.values[i] = static_cast<uint8_t>(i * 7);
  EXPECT_EQ(lanczos_shrink(pattern, 6).values, pattern.values);
}

}  // namespace
}  // namespace gril
