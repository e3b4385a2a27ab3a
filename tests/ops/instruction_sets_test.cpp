#include "gril/ops/instruction_sets.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/instruction_set_guard.h"

namespace gril::testing {
namespace {

TEST(InstructionSets, TheOneInUseIsTheBestThatRuns) {
  const std::vector<int64_t> runnable = runnable_instruction_sets();
  if (runnable.empty()) {
    EXPECT_EQ(instruction_sets().in_use, "reference");
    return;
  }
  EXPECT_EQ(instruction_sets().in_use, instruction_set_name(runnable.front()));
}

TEST(InstructionSets, EveryRunnableOneIsCompiledAndCanBeForced) {
  for (const int64_t target : runnable_instruction_sets()) {
    const InstructionSetGuard guard(target);
    const InstructionSets sets = instruction_sets();
    EXPECT_EQ(sets.in_use, instruction_set_name(target));
    EXPECT_EQ(std::count(sets.compiled.begin(), sets.compiled.end(), sets.in_use), 1);
    EXPECT_GE(sets.float32_lanes, 1);
  }
}

}  // namespace
}  // namespace gril::testing
