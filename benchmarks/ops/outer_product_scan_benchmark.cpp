// Time of outer_product_scan against length and width, with one thread:
//     outer_product_scan_benchmark --benchmark_filter=Scalar
// bytes_per_second counts values, keys and queries read and outputs written (forward), and all of
// them, their gradients included, besides (backward). flops_per_second counts what the definition
// needs: 6 K V per step and head forward (decay, outer product and read-out), twice more backward.
#include <ATen/ATen.h>
#include <benchmark/benchmark.h>
#include <torch/csrc/autograd/autograd.h>

#include <tuple>
#include <vector>

#include "gril/ops/memory_reuse.h"
#include "gril/ops/outer_product_scan/outer_product_scan.h"
#include "gril/ops/threads.h"

namespace gril {
namespace {

constexpr int64_t kBatch = 2, kHeads = 4;

enum class Decay : char { kScalar, kElementwise };

/// values, keys, queries and decay; the ranges of the benchmark are length and K = V.
std::vector<at::Tensor> inputs_of(const benchmark::State& state, Decay decay) {
  at::manual_seed(1);
  const int64_t width = state.range(1);
  const std::vector<int64_t> shape = {kBatch, state.range(0), kHeads, width};
  const std::vector<int64_t> decay_shape = decay == Decay::kScalar
                                               ? std::vector<int64_t>{kHeads}
                                               : std::vector<int64_t>{kHeads, width, width};
  return {at::randn(shape), at::randn(shape), at::randn(shape), at::rand(decay_shape) * 0.1 + 0.9};
}

at::Tensor outputs_of(const std::vector<at::Tensor>& inputs) {
  return std::get<0>(outer_product_scan(inputs[0], inputs[1], inputs[2], inputs[3]));
}

void count_work(benchmark::State& state, const at::Tensor& values, double tensors, double passes) {
  const auto numbers = static_cast<double>(values.numel());
  using benchmark::Counter;
  state.counters["bytes_per_second"] =
      Counter(4 * tensors * numbers, Counter::kIsIterationInvariantRate);
  state.counters["flops_per_second"] =
      Counter(passes * 6 * numbers * static_cast<double>(state.range(1)),
              Counter::kIsIterationInvariantRate);
}

void forward(benchmark::State& state, Decay decay) {
  const std::vector<at::Tensor> inputs = inputs_of(state, decay);
  for (auto _ : state) benchmark::DoNotOptimize(outputs_of(inputs));
  count_work(state, inputs[0], 4, 1);
}

void forward_and_backward(benchmark::State& state, Decay decay) {
  std::vector<at::Tensor> inputs = inputs_of(state, decay);
  const at::Tensor weights = at::ones_like(inputs[0]);
  for (at::Tensor& input : inputs) input.requires_grad_();
  for (auto _ : state)
    benchmark::DoNotOptimize(torch::autograd::grad({outputs_of(inputs)}, inputs, {weights}));
  count_work(state, inputs[0], 4 + 8, 3);
}

void shapes(benchmark::internal::Benchmark* benchmark) {
  benchmark->Args({256, 10})->Args({2048, 32})->Args({2048, 64})->UseRealTime();
}
BENCHMARK_CAPTURE(forward, Scalar, Decay::kScalar)->Apply(shapes);
BENCHMARK_CAPTURE(forward_and_backward, Scalar, Decay::kScalar)->Apply(shapes);
BENCHMARK_CAPTURE(forward, Elementwise, Decay::kElementwise)->Apply(shapes);
BENCHMARK_CAPTURE(forward_and_backward, Elementwise, Decay::kElementwise)->Apply(shapes);

}  // namespace
}  // namespace gril

int main(int argc, char** argv) {
  gril::set_threads(1);
  gril::keep_freed_memory();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
}
