#include "gril/training/learning_rate_schedule.h"

#include <gtest/gtest.h>

namespace gril {
namespace {

TEST(LearningRateSchedule, WarmsUpLinearlyToOne) {
  const LearningRateSchedule schedule{.steps = 100, .warmup_steps = 4, .final_fraction = 0.1};
  EXPECT_DOUBLE_EQ(learning_rate_factor(schedule, 0), 0.25);
  EXPECT_DOUBLE_EQ(learning_rate_factor(schedule, 1), 0.5);
  EXPECT_DOUBLE_EQ(learning_rate_factor(schedule, 3), 1.0);
}

TEST(LearningRateSchedule, FallsAlongHalfACosineToItsFraction) {
  const LearningRateSchedule schedule{.steps = 104, .warmup_steps = 4, .final_fraction = 0.1};
  EXPECT_DOUBLE_EQ(learning_rate_factor(schedule, 4), 1.0);
  EXPECT_DOUBLE_EQ(learning_rate_factor(schedule, 54), 0.55);
  EXPECT_NEAR(learning_rate_factor(schedule, 29), 0.1 + 0.9 * 0.8535533905932737, 1e-15);
  EXPECT_NEAR(learning_rate_factor(schedule, 104), 0.1, 1e-15);
  for (int64_t step = 5; step <= 104; ++step) {
    EXPECT_LT(learning_rate_factor(schedule, step), learning_rate_factor(schedule, step - 1));
  }
}

TEST(LearningRateSchedule, WithoutWarmupOrFallStaysAtOne) {
  const LearningRateSchedule schedule{.steps = 10, .warmup_steps = 0, .final_fraction = 1.0};
  for (int64_t step = 0; step < 10; ++step) {
    EXPECT_DOUBLE_EQ(learning_rate_factor(schedule, step), 1.0);
  }
}

TEST(LearningRateSchedule, AllWarmupNeverReachesTheCosine) {
  const LearningRateSchedule schedule{.steps = 5, .warmup_steps = 5, .final_fraction = 0.0};
  EXPECT_DOUBLE_EQ(learning_rate_factor(schedule, 4), 1.0);
}

}  // namespace
}  // namespace gril
