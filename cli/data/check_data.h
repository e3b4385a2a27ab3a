#pragma once

#include "cli/command.h"

namespace gril::cli {

/// gril data check.
void add_check_data(CLI::App& data, Program& program);

}  // namespace gril::cli
