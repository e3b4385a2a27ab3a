#pragma once

#include "cli/command.h"

namespace gril::cli {

/// gril data make listops.
void add_make_listops(CLI::App& make, Program& program);

}  // namespace gril::cli
