#include "gril/constructions/random_linear_attention.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "gril/base/check.h"
#include "gril/constructions/attention_subspaces.h"
#include "tests/support/error_text.h"
#include "tests/support/rank_patterns.h"

namespace gril {
namespace {

TEST(RandomLinearAttention, HasTheRanksAndTheOverlapAskedFor) {
  for (const RankPattern& pattern : kRankPatterns) {
    const auto attention = random_attention(pattern, 5);
    const AttentionMatrices head = attention_matrices(attention, 0);
    const at::Tensor product = at::mm(head.key.t(), head.query);
    const auto rank = [](const at::Tensor& matrix) {
      return at::linalg_matrix_rank(matrix, 1e-9).item<int64_t>();
    };
    EXPECT_EQ(rank(head.value), pattern.value_rank);
    EXPECT_EQ(rank(product), pattern.key_query_rank);
    EXPECT_EQ(rank(at::cat({head.value, product.t()})),
              pattern.value_rank + pattern.key_query_rank - pattern.overlap);
  }
}

TEST(RandomLinearAttention, OverlapIsTheSmallestPossibleUnlessGiven) {
  const auto overlap = [](const RandomAttentionOptions& options) {
    return attention_subspaces(random_linear_attention(options, 0)).overlap;
  };
  EXPECT_EQ(overlap({.width = 6, .value_rank = 2, .key_query_rank = 3}), 0);
  EXPECT_EQ(overlap({.width = 6, .value_rank = 5, .key_query_rank = 4}), 3);
  EXPECT_EQ(overlap({.width = 6}), 6);
}

TEST(RandomLinearAttention, ValuesKeysQueriesAndOutputsHaveTheScaleOfTheTokens) {
  constexpr int64_t kWidth = 40;
  for (const int64_t rank : {int64_t{0}, int64_t{10}}) {
    const auto attention = random_linear_attention(
        {.width = kWidth, .heads = 2, .value_rank = rank, .key_query_rank = rank}, 3);
    const AttentionMatrices head = attention_matrices(attention, 0);
    for (const at::Tensor& matrix : {head.value, head.key, head.query}) {
      EXPECT_NEAR(matrix.square().sum(1).mean().item<double>(), 1.0, 0.2);
    }
    EXPECT_NEAR(head.output.square().sum(1).mean().item<double>(), 0.5, 0.1);
  }
}

TEST(RandomLinearAttention, DependsOnTheSeedAndOnEveryHead) {
  const auto first = random_linear_attention({.heads = 2}, 1);
  EXPECT_EQ(to_json(first), to_json(random_linear_attention({.heads = 2}, 1)));
  EXPECT_NE(to_json(first), to_json(random_linear_attention({.heads = 2}, 2)));
  EXPECT_NE(first.heads[0].value_weights, first.heads[1].value_weights);
}

TEST(RandomLinearAttention, RefusesImpossibleTeachers) {
  const auto refusal = [](const RandomAttentionOptions& options) {
    return error_text<InvalidArgument>([&] { random_linear_attention(options, 0); });
  };
  EXPECT_EQ(refusal({.width = 0}),
            "[linear_attention] width and heads must be at least 1; got 0 and 1.");
  EXPECT_EQ(refusal({.heads = 0}),
            "[linear_attention] width and heads must be at least 1; got 4 and 0.");
  EXPECT_EQ(refusal({.width = 4, .value_rank = 5}),
            "[linear_attention] value_rank and key_query_rank must lie in [1, width] = [1, 4]; got "
            "5 and 4.");
  EXPECT_EQ(refusal({.width = 6, .value_rank = 5, .key_query_rank = 4, .overlap = 2}),
            "[linear_attention] overlap must lie in [3, 4] for ranks 5 and 4 of width 6; got 2.");
  EXPECT_EQ(refusal({.decay = 0.0}), "[linear_attention] decay must lie in (0, 1]; got 0.");
  EXPECT_EQ(refusal({.rotation = 4.0}), "[linear_attention] rotation must lie in [0, pi]; got 4.");
}

}  // namespace
}  // namespace gril
