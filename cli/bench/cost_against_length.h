#pragma once

#include "cli/bench/findings.h"

namespace gril::bench {

/// Seconds of both operators per sequence of T = 1024, 2048 … 262144 steps at fixed other sizes,
/// and the slope of log(seconds) over log(T) as a goal (1.00 ± 0.05). Every length works through
/// the same number of steps in memory of the same size. Curves: {"what", "lengths", "seconds",
/// "slope"}.
Findings cost_against_length(const OperatorBenchmarkOptions& options);

/// Peak memory of one forward + backward of outer_product_scan for growing T. Curve: {"what",
/// "lengths", "peak_bytes", "input_bytes", "bytes_of_a_state_per_step"}; the last is what keeping
/// one state per time step would take. Needs an allocator that returns freed memory to the system,
/// so it runs before keep_freed_memory().
Findings memory_against_length(const OperatorBenchmarkOptions& options);

}  // namespace gril::bench
