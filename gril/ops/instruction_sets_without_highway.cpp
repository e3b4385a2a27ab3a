#include "gril/ops/instruction_sets.h"

namespace gril {

InstructionSets instruction_sets() { return {{}, "reference", 1}; }

}  // namespace gril
