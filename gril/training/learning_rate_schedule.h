#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>

namespace gril {

/// Linear warm-up followed by half a cosine.
struct LearningRateSchedule {
  int64_t steps = 1;          ///< optimizer steps of the whole training, at least 1
  int64_t warmup_steps = 0;   ///< steps of the warm-up, at most `steps`
  double final_fraction = 0;  ///< factor that the cosine ends at, in [0, 1]
};

/// The factor on every learning rate at optimizer step `step` = 0 … steps - 1:
///
///     warm-up   (step + 1) / warmup_steps                             step < warmup_steps
///     cosine    f + (1 - f) ½ (1 + cos(π p)),  f = final_fraction,
///               p = (step - warmup_steps) / (steps - warmup_steps)    in [0, 1)
///
/// The warm-up ends at 1, the cosine starts at 1 and would reach f at step `steps`.
inline double learning_rate_factor(const LearningRateSchedule& schedule, int64_t step) {
  if (step < schedule.warmup_steps) {
    return static_cast<double>(step + 1) / static_cast<double>(schedule.warmup_steps);
  }
  const double progress = static_cast<double>(step - schedule.warmup_steps) /
                          static_cast<double>(schedule.steps - schedule.warmup_steps);
  const double cosine = 0.5 * (1 + std::cos(std::numbers::pi * progress));
  return schedule.final_fraction + (1 - schedule.final_fraction) * cosine;
}

}  // namespace gril
