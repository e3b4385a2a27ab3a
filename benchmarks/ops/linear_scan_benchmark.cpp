// Time of linear_scan against batch, length and features, with one thread:
//     linear_scan_benchmark --benchmark_filter=Forward
// bytes_per_second counts two tensors read and one written (forward), and three read and two
// written besides (backward); share_of_stream divides it by that of a triad over tensors of the
// same size, measured before.
#include <ATen/ATen.h>
#include <benchmark/benchmark.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <vector>

#include "cli/bench/memory_stream.h"
#include "cli/bench/memory_stream_cpu_kernel.h"
#include "cli/bench/timing.h"
#include "gril/ops/linear_scan/linear_scan.h"
#include "gril/ops/memory_reuse.h"
#include "gril/ops/threads.h"

namespace gril {
namespace {

constexpr double kForwardBytes = 12;
constexpr double kBothBytes = 12 + 20;
constexpr int kStreamRounds = 5;

using Clock = std::chrono::steady_clock;

struct Inputs {
  at::Tensor decay, input;
};

/// A decay per step in (0.5, 1); the ranges of the benchmark are batch, length and features.
Inputs inputs_of(const benchmark::State& state) {
  at::manual_seed(1);
  const std::vector<int64_t> shape = {state.range(0), state.range(1), state.range(2)};
  return {at::rand(shape) * 0.5 + 0.5, at::randn(shape)};
}

/// Bytes per second of the faster triad over tensors like these.
double stream_of(const Inputs& inputs) {
  const at::Tensor result = at::empty_like(inputs.input);
  std::vector<std::function<void()>> calls;
  for (const bool around_caches : {false, bench::writes_around_caches()})
    calls.emplace_back(
        [&, around_caches] { bench::triad(inputs.decay, inputs.input, result, around_caches); });
  const auto timings = bench::time_alternating(calls, kStreamRounds);
  return kForwardBytes * static_cast<double>(result.numel()) /
         std::min(timings[0].best, timings[1].best);
}

/// bytes   moved by one iteration
/// start   of the loop over the iterations, which has just ended
/// stream  bytes per second to compare with
void count_bytes(benchmark::State& state, double bytes, Clock::time_point start, double stream) {
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  const double rate = bytes * static_cast<double>(state.iterations()) / seconds;
  state.counters["bytes_per_second"] = benchmark::Counter(rate);
  state.counters["share_of_stream"] = benchmark::Counter(rate / stream);
}

void linear_scan_forward(benchmark::State& state) {
  const Inputs inputs = inputs_of(state);
  const double stream = stream_of(inputs);
  const Clock::time_point start = Clock::now();
  for (auto _ : state) benchmark::DoNotOptimize(linear_scan(inputs.decay, inputs.input));
  count_bytes(state, kForwardBytes * static_cast<double>(inputs.input.numel()), start, stream);
}

void linear_scan_forward_and_backward(benchmark::State& state) {
  Inputs inputs = inputs_of(state);
  const double stream = stream_of(inputs);
  inputs.decay.requires_grad_();
  inputs.input.requires_grad_();
  const at::Tensor weights = at::ones_like(inputs.input.detach());
  const Clock::time_point start = Clock::now();
  for (auto _ : state) {
    const at::Tensor states = linear_scan(inputs.decay, inputs.input);
    benchmark::DoNotOptimize(
        torch::autograd::grad({states}, {inputs.decay, inputs.input}, {weights}));
  }
  count_bytes(state, kBothBytes * static_cast<double>(inputs.input.numel()), start, stream);
}

// In the caches, out of the caches, long and narrow.
void shapes(benchmark::internal::Benchmark* benchmark) {
  benchmark->Args({1, 256, 64})->Args({8, 1024, 1536})->Args({1, 65536, 512})->UseRealTime();
}
BENCHMARK(linear_scan_forward)->Name("Forward")->Apply(shapes);
BENCHMARK(linear_scan_forward_and_backward)->Name("ForwardAndBackward")->Apply(shapes);

}  // namespace
}  // namespace gril

int main(int argc, char** argv) {
  gril::set_threads(1);
  gril::keep_freed_memory();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
}
