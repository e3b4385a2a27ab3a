#pragma once

#include "cli/bench/findings.h"

namespace gril::bench {

/// Rows and goals of linear_scan at (8, 4096, 1536) float32 with a decay per step: forward
/// and forward + backward, beside a loop and a tree of torch operations and the memory stream.
Findings benchmark_linear_scan(const OperatorBenchmarkOptions& options);

}  // namespace gril::bench
