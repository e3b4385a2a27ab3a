#pragma once

#include "cli/command.h"

namespace gril::cli {

/// `gril sample TASK.toml`: shows one example of a task, token by token.
void add_sample_command(Program& program);

}  // namespace gril::cli
