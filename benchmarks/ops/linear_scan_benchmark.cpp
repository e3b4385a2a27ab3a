#include <ATen/ATen.h>
#include <benchmark/benchmark.h>

#include <cstdint>

#include "gril/ops/linear_scan/linear_scan.h"

namespace {

/// linear_scan forward, float32, (8, T, 256), decay per step, one thread per processor libtorch was
/// given. Bytes: two tensors read, one written.
void linear_scan_forward(benchmark::State& state) {
  const int64_t length = state.range(0);
  const at::Tensor decay = at::rand({8, length, 256});
  const at::Tensor input = at::randn({8, length, 256});
  for (auto _ : state) benchmark::DoNotOptimize(gril::linear_scan(decay, input));
  state.SetBytesProcessed(state.iterations() * 3 * input.numel() * input.element_size());
  state.SetComplexityN(length);
}
BENCHMARK(linear_scan_forward)->RangeMultiplier(4)->Range(64, 4096)->Complexity(benchmark::oN);

}  // namespace
