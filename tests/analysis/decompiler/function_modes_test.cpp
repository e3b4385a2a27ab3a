#include "gril/analysis/decompiler/function_modes.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/analysis/decompiler/example_networks.h"

namespace gril {
namespace {

SampleSequences few_sequences(int64_t width) {
  return standard_normal_sequences(width, {.sequences = 40, .length = 10});
}

FunctionModes memory_of(const GatedRnnWeights& weights) {
  return memory_modes(polynomial_kernels(state_forms(weights)), 1.0,
                      few_sequences(weights.input_size()));
}

FunctionModes queries_of(const GatedRnnWeights& weights) {
  return query_modes(polynomial_kernels(state_forms(weights)), 1.0,
                     few_sequences(weights.input_size()));
}

TEST(FunctionModes, AreTheSizeOfTheCompactConstruction) {
  for (const int64_t d : {2, 3, 4}) {
    for (const int64_t heads : {1, 3}) {
      const GatedRnnWeights network =
          in_other_coordinates(attention_network(random_heads(heads, d, 0, 5)), 2);
      EXPECT_EQ(memory_of(network).count_above(1e-12), d * (d + 1) / 2);
      EXPECT_EQ(queries_of(network).count_above(1e-12), d);
    }
  }
}

// gated_rnn_attention.md (3), with row space of W_V and column space of M in general position:
// both of rank 2 in 4 dimensions share nothing, of rank 3 they share 2.
TEST(FunctionModes, CountWhatALowRankTeacherNeeds) {
  const GatedRnnWeights two = attention_network(random_heads(1, 4, 2, 5));
  EXPECT_EQ(memory_of(two).count_above(1e-12), 2 * 2);
  EXPECT_EQ(queries_of(two).count_above(1e-12), 2);
  const GatedRnnWeights three = attention_network(random_heads(1, 4, 3, 5));
  EXPECT_EQ(memory_of(three).count_above(1e-12), 3 * 3 - 1);
  EXPECT_EQ(queries_of(three).count_above(1e-12), 3);
}

/// y = 3 S_00 x_0 + S_11 x_1: what each term leaves is known.
TEST(FunctionModes, InfluenceIsTheShareOfASilencedDirection) {
  const torch::Tensor values = at::tensor({3.0, 0.0, 0.0, 1.0}, at::kDouble).reshape({2, 1, 2});
  const torch::Tensor products =
      at::tensor({1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0}, at::kDouble).reshape({2, 2, 2});
  const SampleSequences sequences = few_sequences(2);
  const FunctionModes modes = memory_of(attention_network({values, products}));
  const torch::Tensor x = sequences.tokens;
  const torch::Tensor first = 3.0 * x.select(2, 0).square().cumsum(1) * x.select(2, 0);
  const torch::Tensor second = x.select(2, 1).square().cumsum(1) * x.select(2, 1);
  const torch::Tensor whole = first + second;
  ASSERT_EQ(modes.influence.size(), 2U);
  EXPECT_NEAR(modes.influence[0], relative_mean_square(second, whole), 1e-12);
  EXPECT_NEAR(modes.influence[1], relative_mean_square(first, whole), 1e-12);
  EXPECT_NEAR(modes.singular_values[0] / modes.singular_values[1], 3.0, 1e-12);
}

TEST(FunctionModes, SilenceWhatTwoMemoriesMultiply) {
  GatedRnnWeights network = random_network({.neurons = 1, .gates = 1, .polarised = true}, 4);
  const FunctionModes modes = memory_of(network);
  ASSERT_EQ(modes.influence.size(), 1U);
  EXPECT_NEAR(modes.influence[0], 1.0, 1e-12) << "without its only neuron nothing is left";
}

}  // namespace
}  // namespace gril
