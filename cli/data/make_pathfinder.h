#pragma once

#include "cli/command.h"

namespace gril::cli {

/// gril data make pathfinder.
void add_make_pathfinder(CLI::App& make, Program& program);

}  // namespace gril::cli
