#include "gril/constructions/low_rank_memory.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "gril/base/check.h"
#include "gril/constructions/attention_size.h"
#include "gril/constructions/attention_subspaces.h"
#include "gril/constructions/certificate.h"
#include "gril/constructions/linear_attention_model.h"
#include "gril/constructions/random_linear_attention.h"
#include "gril/constructions/required_memory.h"
#include "gril/models/model_size.h"
#include "tests/support/error_text.h"
#include "tests/support/rank_patterns.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

TEST(LowRankMemory, HasTheSizeOfTheFormulaAndIsExactForEveryRankPattern) {
  for (const RankPattern& pattern : kRankPatterns) {
    const auto attention = random_attention(pattern, 7);
    const LinearAttentionClaim claim = {attention, AttentionVariant::kLowRank};
    const GatedRnnSize formula =
        low_rank_size(pattern.width, pattern.value_rank, pattern.key_query_rank, pattern.overlap);
    const MemoryQueryForm form = low_rank_memory(attention);
    EXPECT_EQ(form.memory_neurons(), formula.memory_neurons) << pattern.width;
    EXPECT_EQ(form.query_neurons(), formula.query_neurons);
    EXPECT_EQ(form.gates(), formula.gates);
    const ModelFile file = linear_attention_model(claim, at::kDouble);
    EXPECT_EQ(model_size(*file.model).parameters, formula.parameters);
    const Certificate certificate = certify(file, {.length = 40}, "test");
    EXPECT_TRUE(certificate.holds) << to_text(certificate);
    EXPECT_LE(certificate.errors.max_rel_error, 1e-12);
  }
}

TEST(LowRankMemory, IsTheRegressionNetworkOfTwelveNeurons) {
  // Σ y xᵀ x_q: values are the last three coordinates, keys and queries the first three.
  LinearAttentionWeights attention{.width = 6, .outputs = 3, .value_size = 3, .key_size = 3};
  const at::Tensor identity = at::eye(6, at::kDouble);
  const auto rows = [&](int64_t first) {
    const at::Tensor part = identity.narrow(0, first, 3).contiguous();
    return std::vector<double>(part.data_ptr<double>(), part.data_ptr<double>() + part.numel());
  };
  attention.heads.push_back({rows(3), rows(0), rows(0), {}});
  const MemoryQueryForm form = low_rank_memory(attention);
  EXPECT_EQ(form.memory_neurons(), 9);
  EXPECT_EQ(form.query_neurons(), 3);
  EXPECT_EQ(required_memory_neurons(attention), 9);
}

TEST(LowRankMemory, BasesArePrincipalVectors) {
  const AttentionSubspaces spaces = attention_subspaces(
      random_attention({.width = 7, .value_rank = 4, .key_query_rank = 5, .overlap = 3}, 1));
  EXPECT_EQ(spaces.overlap, 3);
  EXPECT_TRUE(testing::agrees("shared rows", spaces.value_basis.narrow(0, 0, 3),
                              spaces.key_query_basis.narrow(0, 0, 3), 1e-12));
  const at::Tensor products = at::mm(spaces.value_basis, spaces.key_query_basis.t());
  at::Tensor off_diagonal = products.clone();
  off_diagonal.diagonal().zero_();
  EXPECT_LT(off_diagonal.abs().max().item<double>(), 1e-12);
}

TEST(LowRankMemory, RefusesAHeadThatIsZero) {
  LinearAttentionWeights attention = random_linear_attention({.width = 2}, 0);
  attention.heads[0].value_weights.assign(4, 0.0);
  EXPECT_EQ(error_text<InvalidArgument>([&] { low_rank_memory(attention); }),
            "[linear_attention] the value matrix must not be zero; got zero.");
  attention = random_linear_attention({.width = 2}, 0);
  attention.heads[0].key_weights.assign(4, 0.0);
  EXPECT_EQ(error_text<InvalidArgument>([&] { low_rank_memory(attention); }),
            "[linear_attention] the key-query product must not be zero; got zero.");
}

}  // namespace
}  // namespace gril
