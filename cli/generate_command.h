#pragma once

#include "cli/command.h"

namespace gril::cli {

/// gril generate MODEL|RUN --prompt TEXT: a language model goes on with a text.
void add_generate_command(Program& program);

}  // namespace gril::cli
