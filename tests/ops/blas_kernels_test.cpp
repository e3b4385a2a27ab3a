#include "gril/ops/blas_kernels.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <array>

#include "gril/ops/instruction_sets.h"
#include "tests/support/tensor_compare.h"

namespace gril::testing {
namespace {

/// a b by the definition, in float64.
at::Tensor product_by_loops(const at::Tensor& a, const at::Tensor& b) {
  const at::Tensor wide_a = a.to(at::kDouble), wide_b = b.to(at::kDouble);
  at::Tensor sum = at::zeros({a.size(0), b.size(1)}, at::kDouble);
  for (int64_t k = 0; k < a.size(1); ++k) {
    sum.add_(wide_a.select(1, k).unsqueeze(1) * wide_b.select(0, k).unsqueeze(0));
  }
  return sum;
}

TEST(BlasKernels, ChosenKernelsMultiplyMatricesAtUglySizes) {
  choose_blas_kernels();
  const std::array<std::array<int64_t, 3>, 6> shapes = {
      {{1, 1, 1}, {3, 5, 2}, {17, 33, 9}, {64, 64, 64}, {65, 129, 31}, {200, 7, 300}}};
  for (const auto& [rows, inner, columns] : shapes) {
    for (const at::ScalarType dtype : {at::kFloat, at::kDouble}) {
      const at::Tensor a = at::randn({rows, inner}, dtype), b = at::randn({inner, columns}, dtype);
      const at::Tensor transposed = b.t().contiguous().t();
      const double tolerance = dtype == at::kFloat ? 1e-6 : 1e-14;
      const at::Tensor expected = product_by_loops(a, b);
      EXPECT_LT(relative_rms(at::mm(a, b), expected), tolerance);
      EXPECT_LT(relative_rms(at::mm(a, transposed), expected), tolerance);
    }
  }
}

TEST(BlasKernels, OnlyAProcessorWithoutAvx2IsLeftWithThoseOf2004) {
  choose_blas_kernels();
  const std::string set = instruction_sets().in_use;
  if (set != "AVX2" && set != "AVX3") GTEST_SKIP() << "skipped: the vectors in use are " << set;
  EXPECT_NE(blas_kernels(), "Prescott");
}

TEST(BlasKernels, TheSecondChoiceChangesNothing) {
  choose_blas_kernels();
  EXPECT_FALSE(choose_blas_kernels());
}

}  // namespace
}  // namespace gril::testing
