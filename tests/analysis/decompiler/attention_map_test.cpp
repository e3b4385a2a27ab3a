#include "gril/analysis/decompiler/attention_map.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

#include "gril/base/error.h"
#include "tests/analysis/decompiler/example_networks.h"
#include "tests/support/error_text.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

TEST(AttentionMap, ShowsTheScoresOfTheHead) {
  const AttentionHeads heads = random_heads(1, 3, 0, 5);
  const double decay = 0.9;
  const torch::Tensor tokens = random_numbers({6, 3}, 1);
  const GatedRnnWeights network = in_other_coordinates(attention_network(heads, decay), 2);
  const AttentionMap map = attention_map(state_forms(network), tokens);
  const torch::Tensor outputs = attention_outputs(heads, decay, tokens.unsqueeze(0))[0];
  torch::Tensor norms = at::zeros({6, 6}, at::kDouble);
  torch::Tensor shares = at::zeros({6, 6}, at::kDouble);
  for (int64_t t = 0; t < 6; ++t) {
    for (int64_t s = 0; s <= t; ++s) {
      const torch::Tensor score = std::pow(decay, static_cast<double>(t - s)) *
                                  at::dot(at::mv(heads.products[0].t(), tokens[s]), tokens[t]);
      const torch::Tensor contribution = score * at::mv(heads.values[0], tokens[s]);
      norms[t][s] = contribution.norm();
      shares[t][s] = at::dot(contribution, outputs[t]) / outputs[t].square().sum();
    }
  }
  EXPECT_TRUE(testing::agrees("norms", map.norms, norms, 1e-11));
  EXPECT_TRUE(testing::agrees("shares", map.shares, shares, 1e-11));
  EXPECT_LT(map.remainder.max().item<double>(), 1e-10);
  EXPECT_TRUE(testing::agrees("sums", map.shares.sum(1), at::ones({6}, at::kDouble), 1e-10));
}

TEST(AttentionMap, SaysHowMuchIsNoAttention) {
  GatedRnnWeights network = random_network({.polarised = true}, 3);
  network.eigenvalues.fill_(1.0);
  const torch::Tensor tokens = random_numbers({4, 3}, 1);
  const AttentionMap map = attention_map(state_forms(network), tokens);
  EXPECT_EQ(map.norms.max().item<double>(), 0.0);
  EXPECT_TRUE(testing::agrees("remainder", map.remainder, at::ones({4}, at::kDouble), 1e-12));
}

TEST(AttentionMap, RefusesSequencesThatDoNotFit) {
  const StateForms forms = state_forms(random_network({}, 3));
  EXPECT_EQ(error_text<InvalidArgument>([&] {
              attention_map(forms, random_numbers({4, 2}, 1));
            }),
            "[attention_map] the sequence must have 3 features per token; got 2.");
  EXPECT_EQ(error_text<InvalidArgument>([&] {
              attention_map(forms, random_numbers({257, 3}, 1));
            }),
            "[attention_map] the sequence must have 1 to 256 tokens; got 257. Shorten it.");
}

}  // namespace
}  // namespace gril
