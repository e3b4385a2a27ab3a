#include "tests/support/instruction_set_guard.h"

#include <hwy/highway.h>
#include <hwy/targets.h>

namespace gril::testing {

std::vector<int64_t> runnable_instruction_sets() { return hwy::SupportedAndGeneratedTargets(); }

std::string instruction_set_name(int64_t target) { return hwy::TargetName(target); }

InstructionSetGuard::InstructionSetGuard(int64_t target) {
  hwy::SetSupportedTargetsForTest(target);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

InstructionSetGuard::~InstructionSetGuard() {
  hwy::SetSupportedTargetsForTest(0);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

}  // namespace gril::testing
