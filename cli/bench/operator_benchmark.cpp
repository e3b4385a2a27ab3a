#include "cli/bench/operator_benchmark.h"

#include <ATen/ATen.h>

#include "cli/bench/cost_against_length.h"
#include "cli/bench/linear_scan_benchmark.h"
#include "cli/bench/machine.h"
#include "cli/bench/outer_product_scan_benchmark.h"
#include "gril/ops/memory_reuse.h"

namespace gril::bench {

Json benchmark_operators(const OperatorBenchmarkOptions& options) {
  at::manual_seed(1);
  Json result = {{"benchmark", "ops"}, {"rounds", options.rounds}, {"quick", options.quick}};
  result["machine"] = machine();
  Findings findings = memory_against_length(options);
  // From here on fresh pages would cost more than the operators.
  result["memory_is_reused"] = keep_freed_memory();
  findings.append(benchmark_linear_scan(options));
  findings.append(benchmark_outer_product_scan(options));
  findings.append(cost_against_length(options));
  result["rows"] = Json::array();
  for (const Row& row : findings.rows) result["rows"].push_back(to_json(row));
  result["goals"] = Json::array();
  for (const Goal& goal : findings.goals) result["goals"].push_back(to_json(goal));
  result["curves"] = findings.curves;
  return result;
}

}  // namespace gril::bench
