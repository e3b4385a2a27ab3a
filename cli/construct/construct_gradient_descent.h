#pragma once

#include "cli/command.h"

namespace gril::cli {

/// gril construct gradient-descent.
void add_construct_gradient_descent(CLI::App& construct, Program& program);

}  // namespace gril::cli
