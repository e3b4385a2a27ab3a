#pragma once

#include "cli/command.h"

namespace gril::cli {

/// `gril analyze RUN|MODEL`: which algorithm does a trained network run?
void add_analyze_command(Program& program);

}  // namespace gril::cli
