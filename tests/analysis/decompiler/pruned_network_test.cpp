#include "gril/analysis/decompiler/pruned_network.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "gril/analysis/decompiler/row_dependence.h"
#include "gril/base/error.h"
#include "tests/analysis/decompiler/example_networks.h"
#include "tests/support/error_text.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

torch::Tensor all_neurons(const GatedRnnWeights& weights) {
  return at::arange(weights.state_size(), at::kLong);
}

TEST(RowDependence, WritesDependentRowsAsOthers) {
  torch::Tensor rows = random_numbers({6, 5}, 1);
  rows[2] = 3.0 * rows[0] - rows[4];
  rows[3].zero_();
  const RowDependence found = row_dependence(rows, 1e-12);
  EXPECT_EQ(found.kept.numel(), 4);
  const torch::Tensor rebuilt = at::matmul(found.coefficients, rows.index_select(0, found.kept));
  EXPECT_TRUE(testing::agrees("dependent", rebuilt, rows.index_select(0, found.dependent), 1e-13));
}

/// The network with split neurons and gates has no more of either than the one before it.
void expect_splits_undone(const GatedRnnWeights& network) {
  const PrunedNetwork plain = prune_network(network, all_neurons(network));
  const torch::Tensor tokens = random_numbers({2, 9, 3}, 1);
  const torch::Tensor expected = layer_outputs(network, tokens);
  EXPECT_EQ(plain.weights.state_size(), network.state_size());
  for (const uint64_t seed : {3, 4}) {
    const GatedRnnWeights other = in_other_coordinates(network, seed);
    const PrunedNetwork pruned = prune_network(other, all_neurons(other));
    EXPECT_EQ(pruned.weights.state_size(), network.state_size());
    EXPECT_EQ(pruned.weights.gate_size(), plain.weights.gate_size());
    EXPECT_EQ(pruned.merged_neurons, 3);
    EXPECT_EQ(pruned.weights.side_gate, network.side_gate);
    EXPECT_TRUE(testing::agrees("outputs", layer_outputs(pruned.weights, tokens), expected, 1e-11));
  }
}

TEST(PrunedNetwork, UndoesSplitNeuronsAndGatesExactly) {
  expect_splits_undone(attention_network(random_heads(1, 3, 0, 2)));
  expect_splits_undone(random_network({}, 2));
}

TEST(PrunedNetwork, UndoesSplitsBehindASideGate) {
  expect_splits_undone(random_network({.side_gate = true}, 2));
}

TEST(PrunedNetwork, TakesOutWhatReachesNoOutput) {
  GatedRnnWeights network = random_network({}, 2);
  network.readout.select(1, 4).zero_();
  network.output_gate.select(1, 3).zero_();
  network.output_map.select(1, 3).zero_();
  network.input_map[5].zero_();
  const PrunedNetwork pruned = prune_network(network, all_neurons(network));
  EXPECT_EQ(pruned.neurons, (std::vector<int64_t>{0, 1, 2, 4, 6}));
  EXPECT_EQ(pruned.idle_neurons, 2);
  EXPECT_EQ(pruned.idle_gates, 1);
  EXPECT_EQ(pruned.silenced_neurons, 0);
  const torch::Tensor tokens = random_numbers({2, 9, 3}, 1);
  EXPECT_TRUE(testing::agrees("outputs", layer_outputs(pruned.weights, tokens),
                              layer_outputs(network, tokens), 1e-12));
}

TEST(PrunedNetwork, SilencesTheNeuronsThatAreNotWanted) {
  const GatedRnnWeights network = random_network({}, 2);
  const PrunedNetwork pruned = prune_network(network, at::tensor({0, 2, 5}, at::kLong));
  EXPECT_EQ(pruned.neurons, (std::vector<int64_t>{0, 2, 5}));
  EXPECT_EQ(pruned.silenced_neurons, 4);
  GatedRnnWeights silenced = network;
  const torch::Tensor mask = at::tensor({1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0}, at::kDouble);
  silenced.output_gate = network.output_gate * mask;
  silenced.output_map = network.output_map * mask;
  const torch::Tensor tokens = random_numbers({2, 9, 3}, 1);
  EXPECT_TRUE(testing::agrees("outputs", layer_outputs(pruned.weights, tokens),
                              layer_outputs(silenced, tokens), 1e-12));
}

TEST(PrunedNetwork, RefusesToTakeEverythingOut) {
  const GatedRnnWeights network = random_network({}, 2);
  EXPECT_EQ(error_text<InvalidArgument>([&] { prune_network(network, at::empty({0}, at::kLong)); }),
            "[pruned_network] at least one neuron must remain; got none. Lower the threshold.");
}

}  // namespace
}  // namespace gril
