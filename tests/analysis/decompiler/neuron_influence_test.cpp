#include "gril/analysis/decompiler/neuron_influence.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "gril/base/error.h"
#include "tests/analysis/decompiler/example_networks.h"
#include "tests/support/error_text.h"

namespace gril {
namespace {

SampleSequences few_sequences() {
  return standard_normal_sequences(3, {.sequences = 20, .length = 9});
}

/// The layer's answers with the columns that read neuron n set to 0.
torch::Tensor without_neuron(GatedRnnWeights weights, int64_t n, const torch::Tensor& tokens) {
  weights.output_map = weights.output_map.clone();
  weights.output_map.select(1, n).zero_();
  if (!weights.side_gate) {
    weights.output_gate = weights.output_gate.clone();
    weights.output_gate.select(1, n).zero_();
  }
  return layer_outputs(weights, tokens);
}

void expect_silencing(const GatedRnnWeights& weights, const SampleSequences& sequences) {
  const NeuronInfluence found = neuron_influence(state_forms(weights), sequences);
  const torch::Tensor answers = counted(sequences, layer_outputs(weights, sequences.tokens));
  ASSERT_EQ(found.influence.size(), 7U);
  for (int64_t n = 0; n < 7; ++n) {
    const torch::Tensor silenced = counted(sequences, without_neuron(weights, n, sequences.tokens));
    const double expected = relative_mean_square(silenced, answers);
    EXPECT_NEAR(found.influence[static_cast<std::size_t>(n)], expected, 1e-12 * (1.0 + expected));
  }
  EXPECT_NEAR(found.mean_square_output, answers.square().mean().item<double>(), 1e-12);
}

TEST(NeuronInfluence, IsTheChangeWhenANeuronIsSilenced) {
  for (const bool side_gate : {false, true}) {
    expect_silencing(random_network({.side_gate = side_gate}, 3), few_sequences());
  }
}

TEST(NeuronInfluence, OfSeveralIsTheChangeWhenAllAreSilenced) {
  const GatedRnnWeights weights = random_network({}, 3);
  const SampleSequences sequences = few_sequences();
  const torch::Tensor answers = counted(sequences, layer_outputs(weights, sequences.tokens));
  GatedRnnWeights silenced = weights;
  for (torch::Tensor* columns : {&silenced.output_gate, &silenced.output_map}) {
    *columns = columns->clone();
    columns->select(1, 2).zero_();
    columns->select(1, 5).zero_();
  }
  const double expected =
      relative_mean_square(counted(sequences, layer_outputs(silenced, sequences.tokens)), answers);
  const auto joint = [&](const std::vector<int64_t>& neurons) {
    return joint_influence(state_forms(weights), at::tensor(neurons, at::kLong), sequences);
  };
  EXPECT_NEAR(joint({2, 5}), expected, 1e-12 * (1.0 + expected));
  EXPECT_EQ(joint({}), 0.0);
}

TEST(NeuronInfluence, LooksAtTheLastOutputWhereOnlyThatCounts) {
  SampleSequences sequences = few_sequences();
  sequences.positions = Positions::kLast;
  expect_silencing(random_network({}, 3), sequences);
}

TEST(NeuronInfluence, RanksTheLargestFirst) {
  const NeuronInfluence found =
      neuron_influence(state_forms(random_network({}, 3)), few_sequences());
  ASSERT_EQ(found.ranking.size(), 7U);
  for (std::size_t i = 1; i < 7; ++i) {
    EXPECT_GE(found.influence[static_cast<std::size_t>(found.ranking[i - 1])],
              found.influence[static_cast<std::size_t>(found.ranking[i])]);
  }
  const double third = found.influence[static_cast<std::size_t>(found.ranking[2])];
  EXPECT_EQ(influential_neurons(found, third).numel(), 2);
  EXPECT_EQ(influential_neurons(found, 0.0).numel(), 7);
}

TEST(NeuronInfluence, RefusesANetworkThatIsSilent) {
  GatedRnnWeights weights = random_network({}, 3);
  weights.readout = at::zeros_like(weights.readout);
  EXPECT_EQ(
      error_text<InvalidArgument>([&] { neuron_influence(state_forms(weights), few_sequences()); }),
      "[neuron_influence] the network must answer with numbers other than 0; got a mean "
      "square of 0 over 20 sequences of 9 independent standard normal tokens.");
}

}  // namespace
}  // namespace gril
