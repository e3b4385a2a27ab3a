#include "gril/analysis/decompiler/head_decomposition.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "gril/analysis/tensor_distance.h"
#include "gril/base/error.h"
#include "tests/analysis/decompiler/example_networks.h"
#include "tests/support/error_text.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

TEST(AttentionTensor, IsTheFunctionOfTheHeads) {
  const AttentionHeads heads = random_heads(2, 3, 0, 1);
  const torch::Tensor tokens = random_numbers({1, 6, 3}, 2);
  const torch::Tensor tensor = attention_tensor(heads);
  EXPECT_TRUE(testing::agrees("transposed", tensor.transpose(1, 2), tensor, 1e-15));
  const torch::Tensor current = tokens[0][5];
  const torch::Tensor kept = at::matmul(tokens[0].t(), tokens[0]);
  EXPECT_TRUE(testing::agrees("output", at::einsum("kabc,ab,c->k", {tensor, kept, current}),
                              attention_outputs(heads, 1.0, tokens)[0][5], 1e-13));
}

TEST(AttentionWeights, AreThoseOfEveryVariantOfTheLayer) {
  for (const DecayKind decay : {DecayKind::kFixed, DecayKind::kPerHead, DecayKind::kElementwise}) {
    LinearAttention layer({.input_size = 4,
                           .output_size = 3,
                           .heads = 2,
                           .value_size = 2,
                           .key_size = 3,
                           .output_map = true,
                           .decay = decay,
                           .fixed_decay = 0.7});
    layer.initialize(3);
    layer.to(torch::kFloat64);
    const at::NoGradGuard no_gradients;
    const AttentionWeights weights = attention_weights(layer);
    EXPECT_TRUE(testing::agrees("age 0", attention_tensor(weights, 0),
                                attention_tensor(heads_of(weights)), 1e-14));
    const torch::Tensor tokens = random_numbers({1, 4, 4}, 2);
    torch::Tensor expected = at::zeros({3}, at::kDouble);
    for (int64_t s = 0; s < 4; ++s) {
      expected += at::einsum("kabc,a,b,c->k", {attention_tensor(weights, 3 - s), tokens[0][s],
                                               tokens[0][s], tokens[0][3]});
    }
    EXPECT_TRUE(testing::agrees("output", layer.forward(tokens, {}).output[0][3], expected, 1e-12));
  }
}

TEST(HeadDecomposition, RecoversOneHeadUpToOneScale) {
  for (const int64_t d : {1, 2, 4, 6}) {
    const AttentionHeads heads = random_heads(1, d, 0, 7);
    const HeadDecomposition found = nearest_heads(attention_tensor(heads), {});
    EXPECT_LT(found.distance, 1e-8) << d;
    EXPECT_TRUE(found.converged) << d;
    const auto cosine = [](const torch::Tensor& a, const torch::Tensor& b) {
      return std::abs(tensor_distance(a, b).cosine);
    };
    EXPECT_NEAR(cosine(found.heads.values, heads.values), 1.0, 1e-12) << d;
    EXPECT_NEAR(cosine(found.heads.products, heads.products), 1.0, 1e-12) << d;
    EXPECT_NEAR(found.heads.values.norm().item<double>(), 1.0, 1e-12) << d;
  }
}

TEST(HeadDecomposition, NeedsAsManyHeadsAsThereAre) {
  const torch::Tensor tensor = attention_tensor(random_heads(2, 4, 0, 3));
  EXPECT_GT(nearest_heads(tensor, {.heads = 1}).distance, 0.1);
  const HeadDecomposition two = nearest_heads(tensor, {.heads = 2});
  EXPECT_LT(two.distance, 1e-7);
  EXPECT_TRUE(testing::agrees("T", attention_tensor(two.heads), tensor, 1e-7));
}

TEST(HeadDecomposition, SweepsNeverMoveAway) {
  const torch::Tensor raw = random_numbers({3, 4, 4, 4}, 9);
  const torch::Tensor tensor = 0.5 * (raw + raw.transpose(1, 2));
  for (const int64_t width : {0, 2}) {
    double before = 2.0;
    for (const int64_t sweeps : {1, 2, 3, 5, 9, 20, 60}) {
      const double distance =
          nearest_heads(tensor, {.heads = 2, .width = width, .starts = 1, .most_sweeps = sweeps})
              .distance;
      EXPECT_LE(distance, before * (1.0 + 1e-12)) << sweeps;
      before = distance;
    }
  }
}

/// A minimum: no small step of V or M leads closer.
TEST(HeadDecomposition, EndsWhereNoStepLeadsCloser) {
  const torch::Tensor raw = random_numbers({3, 4, 4, 4}, 9);
  const torch::Tensor tensor = 0.5 * (raw + raw.transpose(1, 2));
  const HeadDecomposition found = nearest_heads(tensor, {.tolerance = 1e-13});
  const auto distance = [&](const AttentionHeads& heads) {
    return ((tensor - attention_tensor(heads)).norm() / tensor.norm()).item<double>();
  };
  EXPECT_NEAR(found.distance, distance(found.heads), 1e-12);
  for (const uint64_t seed : {1, 2, 3, 4}) {
    const AttentionHeads moved = {found.heads.values + 1e-4 * random_numbers({1, 3, 4}, seed),
                                  found.heads.products + 1e-4 * random_numbers({1, 4, 4}, seed)};
    EXPECT_GE(distance(moved), found.distance - 1e-12);
  }
}

TEST(HeadDecomposition, AWidthBoundsTheRanks) {
  const torch::Tensor tensor = attention_tensor(random_heads(2, 4, 2, 3));
  const HeadDecomposition found = nearest_heads(tensor, {.heads = 2, .width = 2});
  EXPECT_LT(found.distance, 1e-6);
  for (const torch::Tensor& matrices : {found.heads.values, found.heads.products}) {
    const torch::Tensor singular = at::linalg_svdvals(matrices);
    EXPECT_LT((singular.select(1, 2) / singular.select(1, 0)).max().item<double>(), 1e-12);
  }
}

TEST(HeadDecomposition, RefusesWhatHasNoHeads) {
  const torch::Tensor tensor = attention_tensor(random_heads(1, 2, 0, 3));
  EXPECT_EQ(error_text<InvalidArgument>([&] { nearest_heads(tensor, {.heads = 5}); }),
            "[head_decomposition] heads must lie in 1 … 4, beyond which every tensor is reached; "
            "got 5.");
  EXPECT_EQ(error_text<InvalidArgument>([&] { nearest_heads(tensor, {.starts = 0}); }),
            "[head_decomposition] width must be at least 0, starts and most_sweeps at least 1; got "
            "0, 0 and 2000.");
  EXPECT_EQ(error_text<InvalidArgument>([&] { nearest_heads(at::zeros_like(tensor), {}); }),
            "[head_decomposition] the trilinear tensor must have entries other than 0; got none: "
            "no product of a remembered and a current token reaches an output.");
}

}  // namespace
}  // namespace gril
