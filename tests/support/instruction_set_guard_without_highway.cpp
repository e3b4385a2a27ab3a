#include "tests/support/instruction_set_guard.h"

namespace gril::testing {

std::vector<int64_t> runnable_instruction_sets() { return {}; }

std::string instruction_set_name(int64_t) { return "none"; }

InstructionSetGuard::InstructionSetGuard(int64_t) {}

InstructionSetGuard::~InstructionSetGuard() = default;

}  // namespace gril::testing
