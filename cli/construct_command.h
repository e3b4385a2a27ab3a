#pragma once

#include "cli/command.h"

namespace gril::cli {

/// gril construct: write a model with exact weights, and print its certificate.
void add_construct_command(Program& program);

}  // namespace gril::cli
