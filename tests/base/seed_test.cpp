#include "gril/base/seed.h"

#include <gtest/gtest.h>

#include <set>

namespace gril {
namespace {

// The values of tests/golden/child_seed.py: the formula of seed.h in Python's integers.
TEST(ChildSeed, HasTheSameValuesOnEveryMachine) {
  EXPECT_EQ(child_seed(0, ""), 0xa6bbc8dcbe30928cU);
  EXPECT_EQ(child_seed(1, "parameters"), 0x45fd2323c7a0f5a8U);
  EXPECT_EQ(child_seed(1, "training batch", 2), 0x25e43e907df5645aU);
  EXPECT_EQ(child_seed(UINT64_MAX, "evaluation tasks", UINT64_MAX), 0x3e1d57efc19e9cdaU);
}

TEST(ChildSeed, DiffersForEverySeedNameAndIndex) {
  std::set<uint64_t> seeds;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    for (const char* name : {"", "a", "b", "parameters", "training batch"}) {
      for (uint64_t index = 0; index < 100; ++index) seeds.insert(child_seed(seed, name, index));
    }
  }
  EXPECT_EQ(seeds.size(), 20U * 5U * 100U);
}

TEST(ChildSeed, FlipsHalfOfTheBitsFromOneIndexToTheNext) {
  constexpr int kPairs = 4096;
  int flipped = 0;
  for (uint64_t index = 0; index < kPairs; ++index) {
    flipped += __builtin_popcountll(child_seed(1, "a", index) ^ child_seed(1, "a", index + 1));
  }
  const double mean = static_cast<double>(flipped) / kPairs;
  // 4096 sums of 64 fair bits: the standard error of the mean is 4 / 64.
  EXPECT_NEAR(mean, 32.0, 5 * 4.0 / 64.0);
}

}  // namespace
}  // namespace gril
