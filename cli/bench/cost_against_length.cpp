#include "cli/bench/cost_against_length.h"

#include <ATen/ATen.h>
#include <malloc.h>
#include <torch/csrc/autograd/autograd.h>

#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "cli/bench/timing.h"
#include "gril/ops/linear_scan/linear_scan.h"
#include "gril/ops/outer_product_scan/outer_product_scan.h"

namespace gril::bench {
namespace {

using MakeCall = std::function<std::function<void()>(int64_t)>;

std::function<void()> scan_call(int64_t length) {
  constexpr int64_t kFeatures = 64;
  const at::Tensor decay = at::rand({1, length, kFeatures}) * 0.5 + 0.5;
  const at::Tensor input = at::randn({1, length, kFeatures});
  return [decay, input] { linear_scan(decay, input); };
}

std::function<void()> outer_product_call(int64_t length, bool elementwise) {
  constexpr int64_t kWidth = 32;
  const at::Tensor values = at::randn({1, length, 2, kWidth});
  const at::Tensor decay = elementwise ? at::full({2, kWidth, kWidth}, 0.99) : at::full({2}, 0.99);
  return [values, decay] { outer_product_scan(values, values, values, decay); };
}

Findings curve(const std::string& what, const MakeCall& make_call,
               const OperatorBenchmarkOptions& options) {
  options.progress(what + ", cost against length");
  std::vector<double> lengths, seconds;
  for (int64_t length = 1024; length <= (options.quick ? 2048 : 262144); length *= 2) {
    lengths.push_back(static_cast<double>(length));
    seconds.push_back(time_alternating({make_call(length)}, options.rounds)[0].median);
  }
  const double slope = log_log_slope(lengths, seconds);
  Findings findings;
  findings.goals = {{what + ": slope of cost against length", slope, 0.95, 1.05}};
  findings.curves.push_back(
      {{"what", what}, {"lengths", lengths}, {"seconds", seconds}, {"slope", slope}});
  return findings;
}

/// A line "Name:  123 kB" of /proc/self/status, in bytes.
double status_bytes(const std::string& name) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind(name + ":", 0) == 0) return 1024 * std::stod(line.substr(name.size() + 1));
  }
  return 0;
}

/// Highest resident memory during the call, above what was resident before.
double peak_bytes_of(const std::function<void()>& call) {
  malloc_trim(0);
  std::ofstream("/proc/self/clear_refs") << "5";  // forgets the peak so far
  const double before = status_bytes("VmRSS");
  call();
  return status_bytes("VmHWM") - before;
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
