#pragma once

#include "cli/command.h"

namespace gril::cli {

/// gril certify: compare a model with the algorithm it claims. Exit 1 when the claim does not hold.
void add_certify_command(Program& program);

}  // namespace gril::cli
