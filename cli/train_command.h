#pragma once

#include "cli/command.h"

namespace gril::cli {

/// `gril train EXPERIMENT.toml [key=value …]`: trains the model of an experiment.
void add_train_command(Program& program);

}  // namespace gril::cli
