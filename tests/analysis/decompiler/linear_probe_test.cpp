#include "gril/analysis/decompiler/linear_probe.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/analysis/decompiler/example_networks.h"

namespace gril {
namespace {

/// One head with W_K = I: v = W_V x, k = x, q = M x.
AttentionWeights weights_of(const AttentionHeads& heads) {
  const torch::Tensor identity = at::eye(3, at::kDouble).unsqueeze(0);
  return {.value_map = heads.values,
          .key_map = identity,
          .query_map = heads.products,
          .output_map = at::eye(3, at::kDouble).reshape({3, 1, 3}),
          .decay = at::ones({1, 3, 3}, at::kDouble)};
}

SampleSequences few_sequences() {
  return standard_normal_sequences(3, {.sequences = 30, .length = 10});
}

TEST(LinearProbe, UnexplainedShareIsOneMinusTheSquaredCorrelation) {
  const torch::Tensor x = random_numbers({200, 1}, 1);
  const torch::Tensor y = 2.0 * x + random_numbers({200, 1}, 2) + 5.0;
  const torch::Tensor dx = x - x.mean();
  const torch::Tensor dy = y - y.mean();
  const double correlation =
      ((dx * dy).sum() / (dx.square().sum() * dy.square().sum()).sqrt()).item<double>();
  EXPECT_NEAR(unexplained_share(x, y), 1.0 - correlation * correlation, 1e-12);
  EXPECT_NEAR(unexplained_share(at::cat({x, x, 3.0 * x}, 1), y), 1.0 - correlation * correlation,
              1e-12);
  EXPECT_LT(unexplained_share(x, 7.0 - 2.0 * x), 1e-28);
}

TEST(LinearProbe, FindsKeyValuesAndQueriesInAnyCoordinates) {
  const AttentionHeads heads = random_heads(1, 3, 0, 5);
  for (const uint64_t seed : {1, 2}) {
    const StateForms forms = state_forms(in_other_coordinates(attention_network(heads), seed));
    const LinearProbe key_values = key_value_probe(forms, 1.0, weights_of(heads), few_sequences());
    EXPECT_LT(key_values.unexplained, 1e-20);
    EXPECT_EQ(key_values.targets, 9);
    const LinearProbe queries = query_probe(forms, weights_of(heads), few_sequences());
    EXPECT_LT(queries.unexplained, 1e-20);
    EXPECT_EQ(queries.targets, 3);
    EXPECT_EQ(key_values.regressors, 6);
    EXPECT_EQ(queries.regressors, 3);
  }
}

/// The parts of a split neuron hold more than the network uses.
TEST(LinearProbe, DoesNotProfitFromPartsThatAreReadAsOne) {
  const AttentionHeads heads = random_heads(1, 3, 0, 5);
  const AttentionWeights other = weights_of(random_heads(1, 3, 0, 6));
  GatedRnnWeights network = attention_network(heads);
  network.input_gate[0].zero_();
  network.input_gate[8].zero_();
  const StateForms whole = state_forms(network);
  const StateForms split = state_forms(in_other_coordinates(network, 1));
  const double key_values = key_value_probe(whole, 1.0, other, few_sequences()).unexplained;
  const double queries = query_probe(whole, other, few_sequences()).unexplained;
  EXPECT_GT(key_values, 1e-3);
  EXPECT_GT(queries, 1e-3);
  EXPECT_NEAR(key_value_probe(split, 1.0, other, few_sequences()).unexplained, key_values, 1e-10);
  EXPECT_NEAR(query_probe(split, other, few_sequences()).unexplained, queries, 1e-10);
}

TEST(LinearProbe, MissesWhatNoNeuronHolds) {
  const AttentionHeads heads = random_heads(1, 3, 0, 5);
  GatedRnnWeights network = attention_network(heads);
  network.input_gate[0].zero_();
  network.input_gate[8].zero_();
  const StateForms forms = state_forms(network);
  EXPECT_GT(key_value_probe(forms, 1.0, weights_of(heads), few_sequences()).unexplained, 1e-3);
  EXPECT_GT(query_probe(forms, weights_of(heads), few_sequences()).unexplained, 1e-3);
}

TEST(LinearProbe, LooksForTheMemoryAtItsOwnEigenvalue) {
  const AttentionHeads heads = random_heads(1, 3, 0, 5);
  const StateForms forms = state_forms(attention_network(heads, 0.9));
  EXPECT_LT(key_value_probe(forms, 0.9, weights_of(heads), few_sequences()).unexplained, 1e-20);
  const LinearProbe none = key_value_probe(forms, 1.0, weights_of(heads), few_sequences());
  EXPECT_EQ(none.obstacle, "no neuron keeps its past");
  EXPECT_EQ(to_json(none), (Json{{"applies", false}, {"reason", "no neuron keeps its past"}}));
}

TEST(LinearProbe, DoesNotScoreQueriesThatNoNeuronHolds) {
  const AttentionWeights attention = weights_of(random_heads(1, 3, 0, 5));
  const StateForms side = state_forms(random_network({.side_gate = true}, 3));
  EXPECT_EQ(query_probe(side, attention, few_sequences()).obstacle,
            "the output gate reads the input itself: no neuron holds a query");
  GatedRnnWeights keeping = random_network({}, 3);
  keeping.eigenvalues.fill_(1.0);
  EXPECT_EQ(query_probe(state_forms(keeping), attention, few_sequences()).obstacle,
            "no neuron holds the current token alone");
}

}  // namespace
}  // namespace gril
