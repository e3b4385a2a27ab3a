#pragma once

#include "cli/command.h"

namespace gril::cli {

/// `gril info`: what this build is made of and what runs on this machine.
void add_info_command(Program& program);

}  // namespace gril::cli
