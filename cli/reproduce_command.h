#pragma once

#include "cli/command.h"

namespace gril::cli {

/// `gril reproduce EXPERIMENT_DIR`: train all seeds, analyze, compare with expected.json.
void add_reproduce_command(Program& program);

}  // namespace gril::cli
