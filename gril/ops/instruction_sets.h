#pragma once

#include <string>
#include <vector>

namespace gril {

/// Which instruction sets the CPU kernels were compiled for, and which one this machine runs.
struct InstructionSets {
  /// Names of Highway, best first: "AVX3" is AVX-512. Empty when built without Highway.
  std::vector<std::string> compiled;
  /// The one in use; "reference" when built without Highway.
  std::string in_use;
  /// float32 numbers in one of its vectors.
  int float32_lanes = 1;
};

InstructionSets instruction_sets();

}  // namespace gril
