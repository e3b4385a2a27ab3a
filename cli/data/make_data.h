#pragma once

#include "cli/command.h"
#include "gril/synthetic_data/generated_folder.h"

namespace gril::cli {

/// gril data make: benchmark data from a seed.
void add_make_data(CLI::App& data, Program& program);

/// What every generator says of its data.
inline constexpr const char* kNotTheReleasedSet =
    "These are new draws, not the released set: say so beside numbers obtained with them.\n";

}  // namespace gril::cli
