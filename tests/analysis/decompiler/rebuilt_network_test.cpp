#include "gril/analysis/decompiler/rebuilt_network.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "gril/analysis/decompiler/head_decomposition.h"
#include "gril/analysis/decompiler/polynomial_kernels.h"
#include "gril/analysis/decompiler/trilinear_outputs.h"
#include "tests/analysis/decompiler/example_networks.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

SampleSequences sequences(int64_t width, uint64_t seed) {
  return standard_normal_sequences(width, {.sequences = 40, .length = 12, .seed = seed});
}

std::optional<RebuiltNetwork> rebuilt(const GatedRnnWeights& weights, double eigenvalue) {
  const auto model = gated_rnn_model(weights);
  const torch::Tensor tensor = trilinear_tensor(state_forms(weights), 0);
  const RebuildSource source{*model, tensor, nearest_heads(tensor, {}).heads, eigenvalue};
  const int64_t width = weights.input_size();
  return rebuild_network(source, 1e-6, sequences(width, 1), sequences(width, 2));
}

void expect_size(const AttentionHeads& heads, double decay, int64_t memory, int64_t queries) {
  const auto network = rebuilt(in_other_coordinates(attention_network(heads, decay), 3), decay);
  ASSERT_TRUE(network);
  EXPECT_EQ(network->memory_neurons, memory) << network->route;
  EXPECT_EQ(network->query_neurons, queries) << network->route;
  EXPECT_LT(network->rms_difference, 1e-6);
  EXPECT_LT(network->largest_difference, 1e-6);
  const torch::Tensor tokens = random_numbers({2, 9, heads.values.size(2)}, 5);
  const at::NoGradGuard no_gradients;
  EXPECT_TRUE(testing::agrees("outputs", network->model->forward(tokens, {}).output,
                              attention_outputs(heads, decay, tokens), 1e-6));
}

TEST(RebuiltNetwork, IsTheCompactConstruction) {
  expect_size(random_heads(1, 3, 0, 5), 1.0, 6, 3);
  expect_size(random_heads(3, 3, 0, 5), 0.9, 6, 3);
}

// gated_rnn_attention.md (3): ranks 2 and 2 in general position share nothing, 3 and 3 share 2.
TEST(RebuiltNetwork, IsTheLowRankConstruction) {
  expect_size(random_heads(1, 4, 2, 5), 1.0, 4, 2);
  expect_size(random_heads(1, 4, 3, 5), 1.0, 8, 3);
}

TEST(RebuiltNetwork, ReadsOnlyTheDirectionsThatManyHeadsNeed) {
  AttentionHeads heads = random_heads(3, 4, 0, 5);
  const torch::Tensor basis = std::get<0>(at::linalg_qr(random_numbers({4, 2}, 6)));
  const torch::Tensor onto = at::matmul(basis, basis.t());
  heads = {at::matmul(heads.values, onto), at::matmul(onto, heads.products)};
  expect_size(heads, 1.0, 3, 4);
}

TEST(RebuiltNetwork, DoesNotApplyWithoutAttention) {
  GatedRnnWeights network = random_network({.polarised = true}, 3);
  network.eigenvalues.fill_(1.0);
  const auto model = gated_rnn_model(network);
  const torch::Tensor none = at::zeros({2, 3, 3, 3}, at::kDouble);
  const RebuildSource source{*model, none, random_heads(1, 3, 0, 1), 1.0};
  const auto result = rebuild_network(source, 1e-6, sequences(3, 1), sequences(3, 2));
  EXPECT_FALSE(result);
  EXPECT_FALSE(to_json(result)["applies"].get<bool>());
}

TEST(TripleProducts, MakeTheOutputsOfLinearAttention) {
  const AttentionHeads heads = random_heads(2, 3, 0, 5);
  SampleSequences some = sequences(3, 1);
  const torch::Tensor outputs = attention_outputs(heads, 0.9, some.tokens);
  EXPECT_TRUE(testing::agrees(
      "all", trilinear_outputs(attention_tensor(heads), triple_products(some, 0.9, 1'000'000)),
      outputs.flatten(0, 1), 1e-12));
  some.positions = Positions::kLast;
  const torch::Tensor last = triple_products(some, 0.9, 12 * 27 * 5);
  EXPECT_EQ(last.size(0), 5);
  EXPECT_TRUE(testing::agrees("last", trilinear_outputs(attention_tensor(heads), last),
                              outputs.select(1, 11).narrow(0, 0, 5), 1e-12));
}

}  // namespace
}  // namespace gril
