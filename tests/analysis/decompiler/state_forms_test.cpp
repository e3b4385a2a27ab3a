#include "gril/analysis/decompiler/state_forms.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/analysis/decompiler/example_networks.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

TEST(StateForms, ComputeWhatTheLayerComputes) {
  const torch::Tensor tokens = random_numbers({3, 9, 3}, 1);
  for (const bool side_gate : {false, true}) {
    const GatedRnnWeights weights = random_network({.side_gate = side_gate}, 5);
    const StateForms forms = state_forms(weights);
    EXPECT_TRUE(testing::agrees("outputs", outputs_of(forms, states_of(forms, tokens)),
                                layer_outputs(weights, tokens), 1e-13));
    EXPECT_EQ(forms.neurons, 7);
    EXPECT_EQ(forms.eigenvalues.size(0), side_gate ? 7 + 4 : 7);
  }
}

TEST(StateForms, StatesAreSumsOfTheInputForms) {
  const StateForms forms = state_forms(random_network({}, 6));
  const torch::Tensor tokens = random_numbers({1, 4, 3}, 2);
  const torch::Tensor augmented = augmented_tokens(tokens)[0];
  const torch::Tensor inputs = input_forms(forms);
  EXPECT_TRUE(testing::has_same_bits("transposed", inputs, inputs.transpose(1, 2).contiguous()));
  torch::Tensor expected = at::zeros({7}, at::kDouble);
  for (int64_t t = 0; t < 4; ++t) {
    expected = forms.eigenvalues * expected +
               at::einsum("nab,a,b->n", {inputs, augmented[t], augmented[t]});
  }
  EXPECT_TRUE(testing::agrees("states", states_of(forms, tokens)[0][3], expected, 1e-13));
}

TEST(GatedRnnWeights, SurviveTheirModel) {
  for (const bool side_gate : {false, true}) {
    const GatedRnnWeights weights = random_network({.side_gate = side_gate}, 5);
    const auto model = gated_rnn_model(weights);
    const GatedRnnWeights read =
        gated_rnn_weights(dynamic_cast<const GatedLinearRnn&>(model->layer(0)));
    EXPECT_EQ(read.side_gate, side_gate);
    testing::expect_agreement(
        {"input_gate", "input_map", "eigenvalues", "output_gate", "output_map", "readout"},
        {read.input_gate, read.input_map, read.eigenvalues, read.output_gate, read.output_map,
         read.readout},
        {weights.input_gate, weights.input_map, weights.eigenvalues, weights.output_gate,
         weights.output_map, weights.readout},
        0.0);
  }
}

// What the invariance tests rest on.
TEST(ExampleNetworks, AnswerTheSameInOtherCoordinates) {
  const torch::Tensor tokens = random_numbers({2, 9, 3}, 1);
  const AttentionHeads heads = random_heads(2, 3, 0, 4);
  const torch::Tensor expected = attention_outputs(heads, 0.9, tokens);
  const GatedRnnWeights network = attention_network(heads, 0.9);
  EXPECT_TRUE(testing::agrees("network", layer_outputs(network, tokens), expected, 1e-13));
  for (const uint64_t seed : {1, 2, 3}) {
    const GatedRnnWeights other = in_other_coordinates(network, seed);
    EXPECT_EQ(other.state_size(), network.state_size() + 3);
    EXPECT_TRUE(testing::agrees("other", layer_outputs(other, tokens), expected, 1e-11));
  }
  const GatedRnnWeights side = random_network({.side_gate = true}, 8);
  EXPECT_TRUE(testing::agrees("side gate", layer_outputs(in_other_coordinates(side, 1), tokens),
                              layer_outputs(side, tokens), 1e-11));
}

}  // namespace
}  // namespace gril
