#include "gril/base/random_order.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

namespace gril {
namespace {

TEST(RandomOrder, HoldsEveryNumberOnce) {
  for (const int64_t count : {0, 1, 2, 7, 1000}) {
    std::vector<int64_t> order = random_order(count, 3);
    std::sort(order.begin(), order.end());
    ASSERT_EQ(static_cast<int64_t>(order.size()), count);
    for (int64_t i = 0; i < count; ++i) EXPECT_EQ(order[static_cast<std::size_t>(i)], i);
  }
}

TEST(RandomOrder, IsTheSameOnEveryMachine) {
  // From a transcription of the 64-bit generator of Matsumoto and Nishimura in Python, whose first
  // output for the seed 5489 is 14514284786278117030.
  EXPECT_EQ(random_order(8, 42), (std::vector<int64_t>{6, 4, 0, 5, 3, 7, 2, 1}));
}

TEST(RandomOrder, EveryOrderIsEquallyLikely) {
  constexpr int kDraws = 60000;
  std::array<int, 27> counts = {};
  for (int seed = 0; seed < kDraws; ++seed) {
    const std::vector<int64_t> order = random_order(3, static_cast<uint64_t>(seed));
    ++counts.at(static_cast<std::size_t>(9 * order[0] + 3 * order[1] + order[2]));
  }
  // Five standard deviations of a count of probability 1/6.
  for (const int count : counts) {
    if (count != 0) {
      EXPECT_NEAR(count, kDraws / 6.0, 5 * 91.3);
    }
  }
  EXPECT_EQ(std::count(counts.begin(), counts.end(), 0), 27 - 6);
}

}  // namespace
}  // namespace gril
