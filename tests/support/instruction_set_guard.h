#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace gril::testing {

/// The Highway targets that are compiled into gril and that this machine can run, best first.
std::vector<int64_t> runnable_instruction_sets();

/// Its name, for example "AVX3".
std::string instruction_set_name(int64_t target);

/// While it lives, kernels run with this instruction set and no other.
class InstructionSetGuard {
 public:
  explicit InstructionSetGuard(int64_t target);
  ~InstructionSetGuard();
  InstructionSetGuard(const InstructionSetGuard&) = delete;
  InstructionSetGuard& operator=(const InstructionSetGuard&) = delete;
};

}  // namespace gril::testing
