#pragma once

#include "cli/command.h"

namespace gril::cli {

/// gril bench [ops]: how fast this machine runs gril, beside its rivals.
void add_bench_command(Program& program);

}  // namespace gril::cli
