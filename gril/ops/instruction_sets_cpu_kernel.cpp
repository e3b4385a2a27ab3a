#include "gril/ops/instruction_sets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "gril/ops/instruction_sets_cpu_kernel.cpp"
#include <hwy/foreach_target.h>
// clang-format off: highway.h must follow foreach_target.h
#include <hwy/highway.h>
#include <hwy/targets.h>
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace gril::HWY_NAMESPACE {
namespace {

int64_t target() { return HWY_TARGET; }

int float32_lanes() {
  return static_cast<int>(hwy::HWY_NAMESPACE::Lanes(hwy::HWY_NAMESPACE::ScalableTag<float>()));
}

}  // namespace
}  // namespace gril::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace gril {

HWY_EXPORT(target);
HWY_EXPORT(float32_lanes);

InstructionSets instruction_sets() {
  InstructionSets sets;
  // A better target is a lower bit.
  for (int64_t left = HWY_TARGETS; left != 0; left &= left - 1)
    sets.compiled.emplace_back(hwy::TargetName(left & -left));
  sets.in_use = hwy::TargetName(HWY_DYNAMIC_DISPATCH(target)());
  sets.float32_lanes = HWY_DYNAMIC_DISPATCH(float32_lanes)();
  return sets;
}

}  // namespace gril
#endif
