#include "gril/analysis/decompiler/head_match.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "gril/base/error.h"
#include "tests/analysis/decompiler/example_networks.h"
#include "tests/support/error_text.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

TEST(HeadMatch, FindsHeadsInAnyOrderAndScale) {
  const AttentionHeads given = random_heads(3, 4, 0, 1);
  const torch::Tensor order = at::tensor({2, 0, 1}, at::kLong);
  const AttentionHeads found = {-2.0 * given.values.index_select(0, order),
                                0.3 * given.products.index_select(0, order)};
  const HeadMatch match = match_heads(found, given);
  EXPECT_EQ(match.partner, (std::vector<int64_t>{1, 2, 0}));
  for (std::size_t h = 0; h < 3; ++h) {
    EXPECT_NEAR(match.value_cosines[h], 1.0, 1e-14);
    EXPECT_NEAR(match.query_key_cosines[h], 1.0, 1e-14);
  }
}

TEST(HeadMatch, SpansDoNotChangeWhenHeadsAreMixed) {
  const AttentionHeads given = random_heads(2, 4, 0, 1);
  const torch::Tensor mixing = at::tensor({1.0, 2.0, -1.0, 1.0}, at::kDouble).reshape({2, 2});
  const AttentionHeads mixed = {
      at::einsum("gh,hka->gka", {mixing, given.values}),
      at::einsum("hg,hbc->gbc", {at::linalg_inv(mixing), given.products})};
  EXPECT_LT((attention_tensor(mixed) - attention_tensor(given)).abs().max().item<double>(), 1e-14);
  const HeadMatch match = match_heads(mixed, given);
  for (std::size_t h = 0; h < 2; ++h) {
    EXPECT_NEAR(match.value_span_cosines[h], 1.0, 1e-14);
    EXPECT_NEAR(match.query_key_span_cosines[h], 1.0, 1e-14);
  }
  EXPECT_LT(match.value_cosines[0] * match.value_cosines[1], 0.99);
}

TEST(HeadMatch, AlignedHeadsAreTheSameFunctionInOneOrderScaleAndSign) {
  const AttentionHeads given = random_heads(3, 4, 0, 1);
  const torch::Tensor order = at::tensor({2, 0, 1}, at::kLong);
  const AttentionHeads found = {-2.0 * given.values.index_select(0, order),
                                -0.5 * given.products.index_select(0, order)};
  const AlignedHeads aligned = align_heads(found, given, match_heads(found, given));
  EXPECT_TRUE(testing::agrees("values", aligned.found.values, aligned.given.values, 1e-14));
  EXPECT_TRUE(testing::agrees("products", aligned.found.products, aligned.given.products, 1e-14));
  EXPECT_TRUE(
      testing::agrees("T", attention_tensor(aligned.given), attention_tensor(given), 1e-14));
  EXPECT_NEAR(aligned.given.values[1].norm().item<double>(), 1.0, 1e-14);
}

TEST(HeadMatch, RefusesAnotherNumberOfHeads) {
  EXPECT_EQ(error_text<InvalidArgument>(
                [] { match_heads(random_heads(1, 2, 0, 1), random_heads(2, 2, 0, 1)); }),
            "[head_match] found and given heads must have one number and shape; got [1, 2, 2] and "
            "[2, 2, 2].");
  EXPECT_EQ(error_text<InvalidArgument>(
                [] { match_heads(random_heads(9, 2, 0, 1), random_heads(9, 2, 0, 1)); }),
            "[head_match] there must be at most 8 heads; got 9.");
}

}  // namespace
}  // namespace gril
