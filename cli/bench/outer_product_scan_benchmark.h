#pragma once

#include "cli/bench/findings.h"

namespace gril::bench {

/// Rows and goals of outer_product_scan: scalar decay (B 8, T 2048, H 4, K = V = 64) beside
/// chunked matrix products of torch, elementwise decay (K = V = 32) beside a loop of torch.
Findings benchmark_outer_product_scan(const OperatorBenchmarkOptions& options);

}  // namespace gril::bench
