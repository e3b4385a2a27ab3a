#pragma once

#include "cli/command.h"

namespace gril::cli {

/// gril construct associative-recall.
void add_construct_associative_recall(CLI::App& construct, Program& program);

}  // namespace gril::cli
