#include "gril/analysis/decompiler/kernel_strengths.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "gril/analysis/decompiler/state_forms.h"
#include "tests/analysis/decompiler/example_networks.h"

namespace gril {
namespace {

/// Where the pair (a, b), a ≤ b, of D features stands.
int64_t place(int64_t a, int64_t b, int64_t width) {
  int64_t index = 0;
  for (int64_t i = 0; i < a; ++i) index += width - i;
  return index + b - a;
}

TEST(KernelStrengths, AreNormsOverOutputsOfTheKernelsEntries) {
  const PolynomialKernels kernels = polynomial_kernels(state_forms(random_network({}, 7)));
  const KernelStrengths strengths = kernel_strengths(kernels);
  ASSERT_FALSE(strengths.obstacle);
  const torch::Tensor entries = kernels.memory_query.select(1, 0).select(1, 2).select(1, 1);
  const double expected = entries.select(1, 3).norm().item<double>();
  EXPECT_NEAR(strengths.memory_query[place(0, 2, 4)][place(1, 3, 4)].item<double>(), expected,
              1e-14);
  EXPECT_EQ(strengths.query_query.sizes(), (std::vector<int64_t>{10, 10}));
}

TEST(KernelStrengths, OfAttentionLieInTheColumnsOfOneFeatureAndTheOneAlone) {
  const AttentionHeads heads = random_heads(1, 3, 0, 5);
  const KernelStrengths strengths =
      kernel_strengths(polynomial_kernels(state_forms(attention_network(heads))));
  torch::Tensor rest = strengths.memory_query.clone();
  for (int64_t row_feature = 0; row_feature < 3; ++row_feature) {
    for (int64_t other = row_feature; other < 3; ++other) {
      for (int64_t current = 0; current < 3; ++current) {
        rest[place(row_feature, other, 4)][place(current, 3, 4)] = 0.0;
      }
    }
  }
  EXPECT_EQ(rest.abs().max().item<double>(), 0.0);
  EXPECT_GT(strengths.memory_query.max().item<double>(), 0.01);
  EXPECT_EQ(strengths.memory_memory.abs().max().item<double>(), 0.0);
}

TEST(KernelStrengths, LeaveOutWhatNobodyCanLookAt) {
  const Json json = to_json(kernel_strengths({at::zeros({1, 1, 1, 1, 1}, at::kDouble),
                                              at::zeros({1, 16, 16, 1, 1}, at::kDouble),
                                              at::zeros({1, 1, 1, 1, 1}, at::kDouble)}));
  EXPECT_FALSE(json["applies"].get<bool>());
  EXPECT_EQ(json["reason"], "136 pairs of features are too many to be looked at");
}

}  // namespace
}  // namespace gril
