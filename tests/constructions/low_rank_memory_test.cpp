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

/// One gradient-descent step, η Σ y xᵀ x_q, as attention over tokens (x ; y): values are the last
/// three coordinates, keys and queries the first three.
LinearAttentionWeights gradient_step(double learning_rate) {
  LinearAttentionWeights attention{.width = 6, .outputs = 3, .value_size = 3, .key_size = 3};
  const at::Tensor identity = at::eye(6, at::kDouble);
  const auto rows = [&](int64_t first, double factor) {
    const at::Tensor part = (factor * identity.narrow(0, first, 3)).contiguous();
    return std::vector<double>(part.data_ptr<double>(), part.data_ptr<double>() + part.numel());
  };
  attention.heads.push_back({rows(3, 1.0), rows(0, 1.0), rows(0, learning_rate), {}});
  return attention;
}

TEST(LowRankMemory, IsTheRegressionNetworkOfTwelveNeurons) {
  const MemoryQueryForm form = low_rank_memory(gradient_step(1.0));
  EXPECT_EQ(form.memory_neurons(), 9);
  EXPECT_EQ(form.query_neurons(), 3);
  EXPECT_EQ(required_memory_neurons(gradient_step(1.0)), 9);
}

TEST(LowRankMemory, TwelveNeuronsTakeTheOptimalGradientStep) {
  constexpr int64_t kExamples = 12;
  constexpr double kBestRate = 1.0 / (kExamples + 3 - 0.2);
  const ModelFile file =
      linear_attention_model({gradient_step(kBestRate), AttentionVariant::kLowRank}, at::kDouble);
  const at::NoGradGuard no_grad;
  at::manual_seed(2);
  at::Tensor tokens = at::randn({5, kExamples + 1, 6}, at::kDouble);
  tokens.select(1, kExamples).narrow(1, 3, 3).zero_();
  at::Tensor step = at::zeros({5, 3, 3}, at::kDouble);
  for (int64_t i = 0; i < kExamples; ++i) {
    const at::Tensor x = tokens.select(1, i).narrow(1, 0, 3);
    const at::Tensor y = tokens.select(1, i).narrow(1, 3, 3);
    step += kBestRate * y.unsqueeze(2) * x.unsqueeze(1);
  }
  const at::Tensor query = tokens.select(1, kExamples).narrow(1, 0, 3);
  const at::Tensor expected = at::matmul(step, query.unsqueeze(2)).squeeze(2);
  const at::Tensor answers = file.model->forward(tokens, {}).output.select(1, kExamples);
  EXPECT_TRUE(testing::agrees("prediction", answers, expected, 1e-12));
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
