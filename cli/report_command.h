#pragma once

#include "cli/command.h"

namespace gril::cli {

/// `gril report RUN`: the analysis of a run as one HTML page.
void add_report_command(Program& program);

}  // namespace gril::cli
