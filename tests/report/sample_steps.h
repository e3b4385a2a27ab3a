#pragma once

#include "gril/runs/run_directory.h"

namespace gril {

/// Adds to a sample run what an analysis says of a stack of two layers: step_sizes, several_steps,
/// paths, ablations, interpolation.
void write_sample_steps(const RunDirectory& run);

}  // namespace gril
