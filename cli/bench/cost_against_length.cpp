#include "cli/bench/cost_against_length.h"

#include <ATen/ATen.h>
#include <malloc.h>
#include <torch/csrc/autograd/autograd.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "cli/bench/process_memory.h"
#include "cli/bench/timing.h"
#include "gril/ops/linear_scan/linear_scan.h"
#include "gril/ops/outer_product_scan/outer_product_scan.h"

namespace gril::bench {
namespace {

/// Steps that every length works through in one timed call: 256 sequences of 1024, one of 262144.
/// Each sequence and each result has memory of its own, so that short ones are not in the caches.
constexpr int64_t kSteps = 262144;

using Call = std::function<at::Tensor()>;
using MakeCall = std::function<Call(int64_t)>;

Call scan_call(int64_t length) {
  constexpr int64_t kFeatures = 64;
  const at::Tensor decay = at::rand({1, length, kFeatures}) * 0.5 + 0.5;
  const at::Tensor input = at::randn({1, length, kFeatures});
  return [decay, input] { return linear_scan(decay, input); };
}

Call outer_product_call(int64_t length, bool elementwise) {
  constexpr int64_t kWidth = 32;
  const at::Tensor values = at::randn({1, length, 2, kWidth});
  const at::Tensor decay = elementwise ? at::full({2, kWidth, kWidth}, 0.99) : at::full({2}, 0.99);
  return [values, decay] { return std::get<0>(outer_product_scan(values, values, values, decay)); };
}

Findings curve(const std::string& what, const MakeCall& make_call,
               const OperatorBenchmarkOptions& options) {
  options.progress(what + ", cost against length");
  std::vector<double> lengths, seconds;
  const int64_t steps = options.quick ? 2048 : kSteps;
  std::vector<std::function<void()>> timed;
  for (int64_t length = 1024; length <= steps; length *= 2) {
    lengths.push_back(static_cast<double>(length));
    std::vector<Call> calls;
    for (int64_t i = 0; i < steps / length; ++i) calls.push_back(make_call(length));
    timed.emplace_back([calls = std::move(calls)] {
      std::vector<at::Tensor> results;
      for (const Call& call : calls) results.push_back(call());
    });
  }
  const std::vector<Timing> timings = time_alternating(timed, options.rounds);
  for (std::size_t i = 0; i < timings.size(); ++i)
    seconds.push_back(timings[i].median * lengths[i] / static_cast<double>(steps));
  const double slope = log_log_slope(lengths, seconds);
  Findings findings;
  findings.goals = {{what + ": slope of cost against length", slope, 0.95, 1.05}};
  findings.curves.push_back(
      {{"what", what}, {"lengths", lengths}, {"seconds", seconds}, {"slope", slope}});
  return findings;
}

/// Highest resident memory during the call, above what was resident before.
double peak_bytes_of(const std::function<void()>& call) {
  malloc_trim(0);
  forget_peak_resident_bytes();
  const double before = resident_bytes();
  call();
  return peak_resident_bytes() - before;
}

struct StepBytes {
  double peak, inputs, states;
};

StepBytes outer_product_bytes(int64_t length, int64_t width) {
  constexpr int64_t kBatch = 4, kHeads = 4;
  std::vector<at::Tensor> inputs = {
      at::randn({kBatch, length, kHeads, width}), at::randn({kBatch, length, kHeads, width}),
      at::randn({kBatch, length, kHeads, width}), at::full({kHeads}, 0.99)};
  for (at::Tensor& input : inputs) input.requires_grad_();
  const at::Tensor weights = at::randn({kBatch, length, kHeads, width});
  const double peak = peak_bytes_of([&] {
    const auto outputs =
        std::get<0>(outer_product_scan(inputs[0], inputs[1], inputs[2], inputs[3]));
    torch::autograd::grad({outputs}, inputs, {weights});
  });
  const auto numbers = static_cast<double>(length * kBatch * kHeads * width);
  return {peak, 3 * 4 * numbers, 4 * numbers * static_cast<double>(width)};
}

}  // namespace

Findings cost_against_length(const OperatorBenchmarkOptions& options) {
  Findings findings = curve("linear_scan (1, T, 64)", scan_call, options);
  for (const bool elementwise : {false, true})
    findings.append(curve(
        std::string("outer_product_scan (1, T, 2, 32), ") +
            (elementwise ? "elementwise" : "scalar") + " decay",
        [elementwise](int64_t length) { return outer_product_call(length, elementwise); },
        options));
  return findings;
}

Findings memory_against_length(const OperatorBenchmarkOptions& options) {
  options.progress("outer_product_scan, memory against length");
  constexpr int64_t kWidth = 64;
  outer_product_bytes(256, kWidth);  // loads everything that is loaded once
  std::vector<double> lengths, peaks, inputs, states;
  for (int64_t length = options.quick ? 256 : 2048; length <= (options.quick ? 1024 : 16384);
       length *= 2) {
    const StepBytes bytes = outer_product_bytes(length, kWidth);
    lengths.push_back(static_cast<double>(length));
    peaks.push_back(bytes.peak);
    inputs.push_back(bytes.inputs);
    states.push_back(bytes.states);
  }
  Findings findings;
  findings.curves.push_back(
      {{"what", "memory of outer_product_scan (4, T, 4, 64), scalar decay, forward + backward"},
       {"lengths", lengths},
       {"peak_bytes", peaks},
       {"input_bytes", inputs},
       {"bytes_of_a_state_per_step", states}});
  findings.goals = {{"outer_product_scan: peak memory over that of one state per step",
                     peaks.back() / states.back(), 0, 0.25},
                    {"outer_product_scan: slope of peak memory against length",
                     log_log_slope(lengths, peaks), 0.9, 1.05}};
  return findings;
}

}  // namespace gril::bench
