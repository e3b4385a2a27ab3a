#pragma once

#include "cli/command.h"

namespace gril::cli {

/// gril stream MODEL TABLE.csv --target COLUMN: one prediction per row, before its target is shown.
void add_stream_command(Program& program);

}  // namespace gril::cli
