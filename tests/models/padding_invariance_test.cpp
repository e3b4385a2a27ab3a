// Padding changes no output at a token of a sequence and no gradient: what a deep model makes of
// padded sequences side by side is what it makes of each alone.
#include <ATen/ATen.h>
#include <ATen/Context.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <limits>
#include <string>
#include <vector>

#include "gril/models/sequence_model.h"
#include "tests/support/sequence_layer_suite.h"
#include "tests/support/tensor_compare.h"
#include "tests/support/tolerance.h"

namespace gril {
namespace {

using testing::Tensors;

constexpr int64_t kLength = 37;
const std::vector<int64_t> kLengths = {20, 1, kLength, 5};

/// A block that reads both ways with this mixer, from 6 features to 6, and one that does not.
Json blocks(const Json& mixer) {
  const Json normalization = {{"kind", "normalization"}, {"input_size", 6}};
  const Json body = {{"layers", {mixer}}};
  const Json both = {{"kind", "bidirectional"}, {"forward", body}, {"backward", body}};
  const Json map = {{"kind", "linear"}, {"input_size", 12}, {"output_size", 6}};
  const Json gate = {{"kind", "gated_activation"}, {"input_size", 6}};
  return {{{"kind", "residual"}, {"layers", {normalization, both, map, gate}}},
          {{"kind", "residual"}, {"layers", {normalization, mixer, gate}}}};
}

/// `first`, blocks, an append, the mean so far and a map to 2 outputs.
SequenceModel deep_model(const Json& first, const Json& mixer) {
  Json layers = {first};
  for (const Json& block : blocks(mixer)) layers.push_back(block);
  const Json narrow = {{"kind", "linear"}, {"input_size", 6}, {"output_size", 1}};
  layers.push_back({{"kind", "append"}, {"layers", {narrow}}});
  layers.push_back({{"kind", "running_mean"}, {"input_size", 7}});
  layers.push_back({{"kind", "linear"}, {"input_size", 7}, {"output_size", 2}});
  SequenceModel model(Json{{"layers", layers}}, "test");
  model.to(at::kDouble);
  model.initialize(3);
  return model;
}

const Json kSymbols = {{"kind", "embedding"}, {"symbols", 9}, {"output_size", 6}};
const Json kNumbers = {{"kind", "linear"}, {"input_size", 3}, {"output_size", 6}};

/// The mixer for groups of four tokens.
Json grouped(const Json& mixer) {
  return {{"kind", "token_groups"},
          {"input_size", 6},
          {"group_size", 4},
          {"layers", Json::array({mixer})}};
}

std::vector<Json> mixers() {
  return {{{"kind", "deep_gril"}, {"input_size", 6}, {"heads", 2}},
          {{"kind", "linear_recurrent_unit"}, {"input_size", 6}, {"state_size", 4}},
          {{"kind", "linear_attention"}, {"input_size", 6}},
          {{"kind", "linear_attention"}, {"input_size", 6}, {"decay", "per_head"}},
          {{"kind", "softmax_attention"}, {"input_size", 6}, {"positions", "rotary"}},
          {{"kind", "softmax_attention"}, {"input_size", 6}, {"heads", 2}, {"causal", false}},
          {{"kind", "lstm"}, {"input_size", 6}, {"state_size", 6}},
          {{"kind", "gru"}, {"input_size", 6}, {"state_size", 6}},
          {{"kind", "selective_state_space"}, {"input_size", 6}},
          {{"kind", "gril"}, {"input_size", 6}, {"output_size", 6}, {"window", 3}},
          grouped({{"kind", "deep_gril"}, {"input_size", 5}, {"output_size", 6}}),
          grouped({{"kind", "softmax_attention"},
                   {"input_size", 5},
                   {"output_size", 6},
                   {"value_size", 5},
                   {"key_size", 5},
                   {"output_map", true},
                   {"causal", false}})};
}

/// Tokens of kLengths.size() sequences in the dtype of the model.
at::Tensor tokens_for(const SequenceModel& model) {
  Tensors rows;
  for (std::size_t b = 0; b < kLengths.size(); ++b) {
    rows.push_back(testing::random_tokens(model, kLength, 20 + b).narrow(0, 0, 1));
  }
  const at::Tensor tokens = at::cat(rows);
  return tokens.is_floating_point() ? tokens.to(model.parameters().front().scalar_type()) : tokens;
}

/// The tokens with `padding` behind the end of each sequence.
at::Tensor padded_with(const at::Tensor& tokens, const at::Scalar& padding) {
  const at::Tensor padded = tokens.clone();
  for (std::size_t b = 0; b < kLengths.size(); ++b) {
    padded[static_cast<int64_t>(b)].narrow(0, kLengths[b], kLength - kLengths[b]).fill_(padding);
  }
  return padded;
}

/// The outputs of all sequences, one below the other, and the gradients of a random weighted sum.
struct Answers {
  at::Tensor outputs;
  Tensors gradients;
};

Answers answers(const SequenceModel& model, const Tensors& outputs) {
  const at::Tensor all = at::cat(outputs);
  const at::Tensor weights = testing::random_normal(all.sizes().vec(), 5).to(all.options());
  return {all.detach(), torch::autograd::grad({(weights * all).sum()}, model.parameters())};
}

Answers side_by_side(const SequenceModel& model, const at::Tensor& tokens) {
  const at::Tensor lengths = at::tensor(kLengths).to(tokens.device());
  const PaddedSequences result = model.forward_padded({tokens, lengths});
  EXPECT_TRUE(at::equal(result.lengths, lengths));
  Tensors outputs;
  for (std::size_t b = 0; b < kLengths.size(); ++b) {
    outputs.push_back(result.tokens[static_cast<int64_t>(b)].narrow(0, 0, kLengths[b]));
  }
  return answers(model, outputs);
}

Answers alone(const SequenceModel& model, const at::Tensor& tokens) {
  Tensors outputs;
  for (std::size_t b = 0; b < kLengths.size(); ++b) {
    const at::Tensor sequence = tokens.narrow(0, static_cast<int64_t>(b), 1);
    outputs.push_back(model.forward(sequence.narrow(1, 0, kLengths[b]), {}).output[0]);
  }
  return answers(model, outputs);
}

void expect_equal(const SequenceModel& model, const Answers& actual, const Answers& expected) {
  const double tolerance = testing::tolerance_of(expected.outputs.scalar_type());
  EXPECT_TRUE(testing::agrees("outputs", actual.outputs, expected.outputs, tolerance));
  std::vector<std::string> names;
  for (const auto& item : model.named_parameters()) names.push_back("gradient of " + item.key());
  testing::expect_agreement(names, actual.gradients, expected.gradients, tolerance);
}

TEST(PaddingInvariance, HoldsForSymbolsWithEveryMixer) {
  for (const Json& mixer : mixers()) {
    const ::testing::ScopedTrace trace(__FILE__, __LINE__, mixer.dump());
    const SequenceModel model = deep_model(kSymbols, mixer);
    const at::Tensor tokens = tokens_for(model);
    const Answers expected = alone(model, tokens);
    expect_equal(model, side_by_side(model, tokens), expected);
    expect_equal(model, side_by_side(model, padded_with(tokens, -100)), expected);
  }
}

TEST(PaddingInvariance, HoldsForNumbersAlsoWhenPaddingIsNotANumber) {
  for (const Json& mixer : mixers()) {
    const ::testing::ScopedTrace trace(__FILE__, __LINE__, mixer.dump());
    const SequenceModel model = deep_model(kNumbers, mixer);
    const at::Tensor tokens = tokens_for(model);
    const Answers expected = alone(model, tokens);
    expect_equal(model, side_by_side(model, padded_with(tokens, 1e6)), expected);
    const double nan = std::numeric_limits<double>::quiet_NaN();
    expect_equal(model, side_by_side(model, padded_with(tokens, nan)), expected);
  }
}

TEST(PaddingInvariance, HoldsInFloat32) {
  for (const Json& mixer : mixers()) {
    const ::testing::ScopedTrace trace(__FILE__, __LINE__, mixer.dump());
    SequenceModel model = deep_model(kNumbers, mixer);
    model.to(at::kFloat);
    const at::Tensor tokens = tokens_for(model);
    expect_equal(model, side_by_side(model, tokens), alone(model, tokens));
  }
}

TEST(PaddingInvariance, HoldsOnCuda) {
  if (!at::hasCUDA()) GTEST_SKIP() << "libtorch sees no CUDA device";
  for (const Json& mixer : mixers()) {
    const ::testing::ScopedTrace trace(__FILE__, __LINE__, mixer.dump());
    SequenceModel model = deep_model(kSymbols, mixer);
    const at::Tensor tokens = tokens_for(model);
    const Answers expected = alone(model, tokens);
    model.to(at::kCUDA);
    Answers actual = side_by_side(model, tokens.to(at::kCUDA));
    EXPECT_TRUE(actual.outputs.is_cuda());
    actual.outputs = actual.outputs.cpu();
    for (at::Tensor& gradient : actual.gradients) gradient = gradient.cpu();
    expect_equal(model, actual, expected);
  }
}

TEST(PaddingInvariance, WithoutLengthsEverySequenceIsWhole) {
  const SequenceModel model = deep_model(kNumbers, mixers().front());
  const at::Tensor tokens = tokens_for(model);
  const PaddedSequences result = model.forward_padded({tokens, {}});
  EXPECT_FALSE(result.lengths.defined());
  EXPECT_TRUE(testing::has_same_bits("outputs", result.tokens, model.forward(tokens, {}).output));
}

}  // namespace
}  // namespace gril
