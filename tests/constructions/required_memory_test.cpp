#include "gril/constructions/required_memory.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "gril/constructions/random_linear_attention.h"
#include "gril/constructions/trilinear_tensor.h"
#include "tests/support/rank_patterns.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

/// The matrix of S ↦ W_V S M over the unit matrices S of the pairs a ≤ b, by the definition.
at::Tensor map_of_the_past(const LinearAttentionWeights& attention) {
  const AttentionMatrices head = attention_matrices(attention, 0);
  const at::Tensor product = at::mm(head.key.t(), head.query);
  std::vector<at::Tensor> rows;
  for (int64_t a = 0; a < attention.width; ++a) {
    for (int64_t b = a; b < attention.width; ++b) {
      at::Tensor past = at::zeros({attention.width, attention.width}, at::kDouble);
      past[a][b] = past[b][a] = 1.0;
      rows.push_back(at::mm(at::mm(head.value, past), product).flatten());
    }
  }
  return at::stack(rows);
}

TEST(RequiredMemory, IsTheRankOfWhatThePastDoesToTheFuture) {
  for (const RankPattern& p : kRankPatterns) {
    const auto attention = random_attention(p, 11);
    const int64_t formula = p.value_rank * p.key_query_rank - p.overlap * (p.overlap - 1) / 2;
    EXPECT_EQ(required_memory_neurons(attention), formula);
    EXPECT_EQ(at::linalg_matrix_rank(map_of_the_past(attention), 1e-8).item<int64_t>(), formula);
    const at::Tensor values = memory_singular_values(attention);
    EXPECT_EQ((values > 1e-9 * values[0]).sum().item<int64_t>(), formula);
  }
}

TEST(RequiredMemory, OneNeuronFewerLeavesAResidual) {
  constexpr int kStarts = 20;
  at::manual_seed(3);
  for (const RankPattern& p : kRankPatterns) {
    const auto attention = random_attention(p, 11);
    const int64_t neurons = required_memory_neurons(attention) - 1;
    const at::Tensor map = trilinear_tensor(attention)
                               .permute({1, 2, 0, 3})
                               .reshape({p.width * p.width, p.width * p.width});
    const double bound = memory_singular_values(attention)[neurons].item<double>();
    EXPECT_GT(bound, 1e-3 * map.norm().item<double>());
    double best = map.norm().item<double>();
    for (int start = 0; start < kStarts; ++start) {
      // Random forms, then alternating least squares: the best readout, the best forms, …
      at::Tensor forms = at::randn({p.width * p.width, neurons}, at::kDouble);
      for (int step = 0; step < kStarts; ++step) {
        const at::Tensor readout = at::mm(at::linalg_pinv(forms), map);
        best = std::min(best, (map - at::mm(forms, readout)).norm().item<double>());
        forms = at::mm(map, at::linalg_pinv(readout));
      }
    }
    EXPECT_GE(best, bound * (1.0 - 1e-9));
    EXPECT_LE(best, bound * 1.1) << "the fit must come close to the bound, or it proves nothing";
  }
}

TEST(RequiredMemory, DoesNotGrowWithTheNumberOfHeads) {
  for (const int64_t heads : {2, 5}) {
    EXPECT_EQ(required_memory_neurons(random_linear_attention({.width = 4, .heads = heads}, 0)),
              10);
  }
}

TEST(TrilinearTensor, ContractedWithTokensIsTheAttention) {
  const auto attention = random_linear_attention({.width = 3, .heads = 2}, 1);
  const at::Tensor tokens = at::linspace(-2.0, 1.0, 5 * 3, at::kDouble).view({5, 3}).sin();
  const at::Tensor past = at::mm(tokens.t(), tokens);
  const at::Tensor from_tensor =
      at::einsum("kabc,ab,c->k", {trilinear_tensor(attention), past, tokens[4]});
  at::Tensor expected = at::zeros({3}, at::kDouble);
  for (std::size_t h = 0; h < 2; ++h) {
    const AttentionMatrices head = attention_matrices(attention, h);
    for (int64_t s = 0; s < 5; ++s) {
      const at::Tensor score = at::dot(at::mv(head.key, tokens[s]), at::mv(head.query, tokens[4]));
      expected += at::mv(head.output, at::mv(head.value, tokens[s])) * score;
    }
  }
  EXPECT_TRUE(testing::agrees("answer", from_tensor, expected, 1e-13));
}

TEST(TrilinearTensor, IsTheSameForAttentionThatIsTheSameFunction) {
  const auto attention = random_linear_attention({.width = 4}, 2);
  const at::Tensor mixing =
      at::eye(4, at::kDouble) * 3.0 + at::linspace(-1.0, 1.0, 16, at::kDouble).view({4, 4});
  const AttentionMatrices head = attention_matrices(attention, 0);
  const auto numbers = [](const at::Tensor& matrix) {
    const at::Tensor flat = matrix.contiguous();
    return std::vector<double>(flat.data_ptr<double>(), flat.data_ptr<double>() + flat.numel());
  };
  LinearAttentionWeights same = attention;
  same.heads[0].value_weights = numbers(head.value * 2.5);
  same.heads[0].key_weights = numbers(at::mm(at::linalg_inv(mixing).t(), head.key));
  same.heads[0].query_weights = numbers(at::mm(mixing, head.query) / 2.5);
  EXPECT_TRUE(
      testing::agrees("tensor", trilinear_tensor(same), trilinear_tensor(attention), 1e-13));
}

}  // namespace
}  // namespace gril
