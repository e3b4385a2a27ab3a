#pragma once

#include "cli/command.h"

namespace gril::cli {

/// gril compare: networks and classical methods in one table.
void add_compare_command(Program& program);

}  // namespace gril::cli
