#include "cli/bench/linear_scan_benchmark.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "cli/bench/memory_stream.h"
#include "cli/bench/memory_stream_cpu_kernel.h"
#include "cli/bench/rival_formulations.h"
#include "gril/ops/linear_scan/linear_scan.h"
#include "gril/ops/shape_check.h"

namespace gril::bench {
namespace {

/// float32 numbers per element that each pass must move: forward reads decay and input and writes
/// the states; backward reads decay, states and their gradient and writes two gradients.
constexpr double kForwardBytes = 12;
constexpr double kBothBytes = 12 + 20;

Comparison comparison_of(const Tensors& inputs, bool backward) {
  Comparison comparison;
  comparison.what = "linear_scan";
  comparison.shape = shape_text(inputs[1].sizes()) + " float32, decay per step";
  comparison.inputs = inputs;
  comparison.backward = backward;
  comparison.bytes =
      (backward ? kBothBytes : kForwardBytes) * static_cast<double>(inputs[1].numel());
  comparison.exact = [](const Tensors& in) { return linear_scan(in[0], in[1]); };
  const auto loop = [](const Tensors& in) { return looped_linear_scan_time_major(in[0], in[1]); };
  comparison.contenders = {
      {"gril", comparison.exact, false},
      {"torch loop of addcmul, time-major, one thread", loop, true, 1},
      {"torch odd-even tree, time-major",
       [](const Tensors& in) { return odd_even_linear_scan_time_major(in[0], in[1]); }, true}};
  // The backward pass of a loop waits for the threads at every one of its small operations.
  if (!backward) comparison.contenders.push_back({"torch loop of addcmul, time-major", loop, true});
  return comparison;
}

/// The stream in its forms; each moves the bytes of a forward pass.
std::vector<PlainCall> streams(const Tensors& inputs) {
  const at::Tensor a = inputs[0], b = inputs[1], c = at::empty_like(inputs[1]);
  std::vector<PlainCall> calls = {
      {"stream: triad", [a, b, c] { triad(a, b, c, false); }},
      {"stream: torch mul", [a, b, out = at::Tensor(c)]() mutable { at::mul_out(out, a, b); }}};
  if (writes_around_caches())
    calls.push_back({"stream: triad around the caches", [a, b, c] { triad(a, b, c, true); }});
  return calls;
}

double median_of(const std::vector<Row>& rows, const std::string& method) {
  for (const Row& row : rows)
    if (row.method == method) return row.median_seconds;
  return 0;
}

/// The fastest row whose method starts with `prefix`.
double fastest(const std::vector<Row>& rows, const std::string& prefix) {
  double seconds = 0;
  for (const Row& row : rows) {
    if (row.method.rfind(prefix, 0) != 0) continue;
    seconds = seconds == 0 ? row.median_seconds : std::min(seconds, row.median_seconds);
  }
  return seconds;
}

}  // namespace

Findings benchmark_linear_scan(const OperatorBenchmarkOptions& options) {
  Findings findings;
  const std::vector<int64_t> shape =
      options.quick ? std::vector<int64_t>{2, 64, 128} : std::vector<int64_t>{8, 4096, 1536};
  const Tensors inputs = {at::rand(shape) * 0.5 + 0.5, at::randn(shape)};
  for (const bool backward : {false, true}) {
    const Comparison comparison = comparison_of(inputs, backward);
    options.progress(comparison.what + (backward ? ", forward + backward" : ", forward"));
    std::vector<Row> measured = measure(comparison, options.rounds, streams(inputs));
    const double gril = median_of(measured, "gril");
    const double stream = fastest(measured, "stream");
    const double bytes_ratio = backward ? kBothBytes / kForwardBytes : 1;
    const std::string pass = backward ? "forward + backward" : "forward";
    findings.goals.push_back({"linear_scan " + pass + ": share of the memory stream",
                              stream * bytes_ratio / gril, backward ? 0.70 : 0.85});
    findings.goals.push_back({"linear_scan " + pass + ": times the best torch formulation",
                              fastest(measured, "torch") / gril, backward ? 0.0 : 5.0});
    for (Row& row : measured) {
      if (row.method.rfind("stream", 0) == 0) row.bytes = comparison.bytes / bytes_ratio;
      row.share_of_stream = stream * row.bytes / kForwardBytes /
                            static_cast<double>(inputs[1].numel()) / row.median_seconds;
      findings.rows.push_back(row);
    }
  }
  return findings;
}

}  // namespace gril::bench
