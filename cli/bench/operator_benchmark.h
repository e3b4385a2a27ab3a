#pragma once

#include "cli/bench/findings.h"
#include "gril/base/json.h"

namespace gril::bench {

/// Both operators beside formulations out of torch operations, in one run: time, share of the
/// memory stream measured in the same rounds, error against float64; cost against length; memory
/// against length. Returns {"machine", "rows": […], "goals": […], "curves": […]}. About a minute
/// and a half on two cores; 5 GB of memory.
Json benchmark_operators(const OperatorBenchmarkOptions& options);

}  // namespace gril::bench
