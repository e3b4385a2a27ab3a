#pragma once

#include "cli/command.h"

namespace gril::cli {

/// `gril list`: the names that experiments and options may use.
void add_list_command(Program& program);

}  // namespace gril::cli
