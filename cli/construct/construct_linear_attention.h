#pragma once

#include "cli/command.h"

namespace gril::cli {

/// gril construct linear-attention.
void add_construct_linear_attention(CLI::App& construct, Program& program);

}  // namespace gril::cli
