#pragma once

#include "cli/command.h"

namespace gril::cli {

/// `gril data check | …`: benchmark data on disk.
void add_data_command(Program& program);

}  // namespace gril::cli
