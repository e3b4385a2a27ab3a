#pragma once

#include "cli/command.h"

namespace gril::cli {

/// `gril evaluate RUN|MODEL`: the loss of a model on a fixed set of fresh prompts.
void add_evaluate_command(Program& program);

}  // namespace gril::cli
