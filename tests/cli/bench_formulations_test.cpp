#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "cli/bench/memory_stream.h"
#include "cli/bench/rival_formulations.h"
#include "cli/bench/timing.h"
#include "gril/ops/linear_scan/linear_scan.h"
#include "gril/ops/outer_product_scan/outer_product_scan.h"
#include "tests/support/tensor_compare.h"

namespace gril::testing {
namespace {

TEST(Bench, RivalsOfLinearScanComputeLinearScan) {
  for (const int64_t length : {1, 2, 7, 64}) {
    const at::Tensor decay = at::rand({length, 3, 5}, at::kDouble);
    const at::Tensor input = at::randn({length, 3, 5}, at::kDouble);
    const at::Tensor expected =
        linear_scan(decay.transpose(0, 1), input.transpose(0, 1)).transpose(0, 1);
    EXPECT_TRUE(
        agrees("loop", bench::looped_linear_scan_time_major(decay, input), expected, 1e-12));
    EXPECT_TRUE(
        agrees("tree", bench::odd_even_linear_scan_time_major(decay, input), expected, 1e-12));
  }
}

TEST(Bench, RivalsOfOuterProductScanComputeOuterProductScan) {
  const at::Tensor values = at::randn({2, 32, 3, 4}, at::kDouble);
  const at::Tensor keys = at::randn({2, 32, 3, 5}, at::kDouble);
  const at::Tensor queries = at::randn({2, 32, 3, 5}, at::kDouble);
  const at::Tensor scalar = at::rand({3}, at::kDouble) * 0.5 + 0.5;
  const at::Tensor elementwise = at::rand({3, 4, 5}, at::kDouble);
  EXPECT_TRUE(agrees("chunked", bench::chunked_outer_product_scan(values, keys, queries, scalar, 8),
                     std::get<0>(outer_product_scan(values, keys, queries, scalar)), 1e-12));
  EXPECT_TRUE(agrees("loop", bench::looped_outer_product_scan(values, keys, queries, elementwise),
                     std::get<0>(outer_product_scan(values, keys, queries, elementwise)), 1e-12));
}

TEST(Bench, TheMemoryStreamComputesItsTriad) {
  const at::Tensor a = at::randn({64, 40}), b = at::randn({64, 40});
  for (const bool around_caches : {false, true}) {
    const at::Tensor c = at::empty_like(a);
    bench::triad(a, b, c, around_caches);
    EXPECT_TRUE(agrees("triad", c, a + 0.5 * b, 1e-6));
  }
}

TEST(Bench, SlopeOfAPowerLawIsItsExponent) {
  EXPECT_NEAR(bench::log_log_slope({1, 2, 4, 8}, {3, 12, 48, 192}), 2.0, 1e-12);
}

TEST(Bench, EveryContenderRunsOncePerRoundAndOnceToWarmUp) {
  int first = 0, second = 0;
  bench::time_alternating({[&] { ++first; }, [&] { ++second; }}, 4);
  EXPECT_EQ(first, 5);
  EXPECT_EQ(second, 5);
}

}  // namespace
}  // namespace gril::testing
