#include "gril/layers/softmax_attention.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "gril/base/error.h"
#include "tests/support/error_text.h"
#include "tests/support/sequence_layer_suite.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

constexpr double kTolerance = 1e-12;

/// R_t of the header as a loop over pairs; vector (dk).
at::Tensor turned(const at::Tensor& vector, int64_t t, const SoftmaxAttentionOptions& options) {
  at::Tensor result = vector.clone();
  if (options.positions == "none") return result;
  for (int64_t i = 0; i < options.key_size / 2; ++i) {
    const double exponent = -2.0 * static_cast<double>(i) / static_cast<double>(options.key_size);
    const double angle = static_cast<double>(t) * std::pow(options.rotary_base, exponent);
    const double first = vector[2 * i].item<double>();
    const double second = vector[2 * i + 1].item<double>();
    result[2 * i] = std::cos(angle) * first - std::sin(angle) * second;
    result[2 * i + 1] = std::sin(angle) * first + std::cos(angle) * second;
  }
  return result;
}

/// Outputs (T, m) for tokens (T, D), one pair of tokens after the other.
at::Tensor definition(const SoftmaxAttention& layer, const at::Tensor& tokens) {
  const auto p = layer.named_parameters();
  const auto& o = layer.options();
  const auto head = [&](const char* map, int64_t t, int64_t h) {
    return at::mv(p[map], tokens[t]).chunk(o.heads)[static_cast<std::size_t>(h)];
  };
  std::vector<at::Tensor> outputs;
  for (int64_t t = 0; t < tokens.size(0); ++t) {
    std::vector<at::Tensor> readings;
    for (int64_t h = 0; h < o.heads; ++h) {
      const at::Tensor query = turned(head("query_map", t, h), t, o);
      at::Tensor sum = at::zeros({o.value_size}, at::kDouble);
      double weights = 0.0;
      const int64_t end = o.causal ? t + 1 : tokens.size(0);
      for (int64_t s = 0; s < end; ++s) {
        const at::Tensor key = turned(head("key_map", s, h), s, o);
        const double score = key.dot(query).item<double>();
        const double scale = o.scale ? std::sqrt(static_cast<double>(o.key_size)) : 1.0;
        const double weight = std::exp(score / scale);
        sum += weight * head("value_map", s, h);
        weights += weight;
      }
      readings.push_back(sum / weights);
    }
    const at::Tensor joined = at::cat(readings);
    outputs.push_back(o.output_map ? at::mv(p["output_map"], joined) : joined);
  }
  return at::stack(outputs);
}

void expect_equals_definition(const SoftmaxAttentionOptions& options) {
  const at::NoGradGuard no_grad;
  SoftmaxAttention layer(options);
  layer.to(at::kDouble);
  layer.initialize(6);
  const at::Tensor input = testing::random_normal({2, 9, options.input_size}, 2);
  const at::Tensor output = layer.forward(input, {}).output;
  for (int64_t b = 0; b < 2; ++b) {
    EXPECT_TRUE(testing::agrees("output", output[b], definition(layer, input[b]), kTolerance));
  }
}

TEST(SoftmaxAttention, EqualsItsDefinition) {
  expect_equals_definition({.input_size = 3});
  expect_equals_definition({.input_size = 3, .scale = false});
  SoftmaxAttentionOptions options{.input_size = 6,
                                  .output_size = 5,
                                  .heads = 2,
                                  .value_size = 3,
                                  .key_size = 4,
                                  .output_map = true};
  expect_equals_definition(options);
  options.positions = "rotary";
  options.rotary_base = 100.0;
  expect_equals_definition(options);
  options.causal = false;
  expect_equals_definition(options);
}

TEST(SoftmaxAttention, RotaryScoresDependOnDistanceOnly) {
  const at::NoGradGuard no_grad;
  SoftmaxAttention layer({.input_size = 3, .value_size = 3, .key_size = 2, .positions = "rotary"});
  layer.to(at::kDouble);
  layer.initialize(1);
  const at::Tensor one_hot = at::eye(3, at::kDouble);
  layer.named_parameters()["value_map"].copy_(one_hot);
  // With values that name their token, outputs are weights: that of token 0 over that of token 1,
  // read at token 1, the last.
  const auto ratio = [&](const std::vector<int64_t>& tokens) {
    const at::Tensor weights =
        layer.forward(one_hot.index_select(0, at::tensor(tokens)).unsqueeze(0), {}).output[0];
    return (weights[-1][0] / weights[-1][1]).item<double>();
  };
  const double neighbours = ratio({0, 1});
  EXPECT_NEAR(ratio({2, 0, 1}), neighbours, kTolerance * neighbours);
  EXPECT_NEAR(ratio({2, 2, 2, 0, 1}), neighbours, kTolerance * neighbours);
  EXPECT_GT(std::abs(ratio({0, 2, 1}) - neighbours), 0.01 * neighbours);
}

TEST(SoftmaxAttention, StateHoldsEveryTokenSoFar) {
  const SoftmaxAttention layer({.input_size = 6, .heads = 2, .value_size = 3, .key_size = 4});
  LayerState state = layer.initial_state(2);
  EXPECT_EQ(state[0].sizes().vec(), (std::vector<int64_t>{2, 0, 2, 4}));
  EXPECT_EQ(state[1].sizes().vec(), (std::vector<int64_t>{2, 0, 2, 3}));
  state = layer.forward(at::zeros({2, 5, 6}), state).state;
  state = layer.step(at::zeros({2, 6}), state).state;
  EXPECT_EQ(state[0].sizes().vec(), (std::vector<int64_t>{2, 6, 2, 4}));
  EXPECT_EQ(state[1].sizes().vec(), (std::vector<int64_t>{2, 6, 2, 3}));
}

TEST(SoftmaxAttention, OverTheWholeSequenceLeavesOutPadding) {
  SoftmaxAttention layer({.input_size = 4, .heads = 2, .positions = "rotary", .causal = false});
  layer.to(at::kDouble);
  layer.initialize(3);
  EXPECT_FALSE(layer.causal());
  const at::Tensor input = testing::random_normal({3, 7, 4}, 1);
  const at::Tensor lengths = at::tensor({4, 7, 1}, at::kLong);
  const PaddedSequences result = layer.forward_padded({input, lengths});
  EXPECT_TRUE(at::equal(result.lengths, lengths));
  for (int64_t b = 0; b < 3; ++b) {
    const auto length = lengths[b].item<int64_t>();
    const at::Tensor alone = layer.forward(input.narrow(0, b, 1).narrow(1, 0, length), {}).output;
    EXPECT_TRUE(
        testing::agrees("output", result.tokens[b].narrow(0, 0, length), alone[0], kTolerance));
  }
}

TEST(SoftmaxAttention, OverTheWholeSequenceTakesItAtOnce) {
  const SoftmaxAttention layer({.input_size = 2, .causal = false});
  const LayerState seen = layer.forward(at::zeros({1, 3, 2}), layer.initial_state(1)).state;
  EXPECT_EQ(seen.front().item<int64_t>(), 3);
  const auto refusal = [](const auto& call) {
    const std::string text = error_text<c10::ValueError>(call);
    return text.substr(0, text.find('\n'));
  };
  EXPECT_EQ(refusal([&] {
              layer.forward(at::zeros({1, 3, 2}), seen);
            }),
            "[softmax_attention] the whole sequence must come at once, because every output "
            "depends on later tokens; got a state that has seen 3 tokens. Pass the whole sequence "
            "and an empty state.");
  EXPECT_EQ(refusal([&] {
              layer.step(at::zeros({1, 2}), {});
            }),
            "[softmax_attention] the whole sequence must come at once, because every output "
            "depends on later tokens; got a single token. Use forward.");
}

TEST(SoftmaxAttention, RefusesOptionsThatItCannotBuild) {
  const auto refusal = [](const SoftmaxAttentionOptions& options) {
    return error_text<InvalidArgument>([&] { SoftmaxAttention layer(options); });
  };
  EXPECT_EQ(refusal({}),
            "[softmax_attention] input_size and heads must be at least 1; got 0 and 1.");
  EXPECT_EQ(refusal({.input_size = 5, .heads = 2}),
            "[softmax_attention] heads must divide input_size unless value_size is given; got 2 "
            "heads and input_size 5.");
  EXPECT_EQ(refusal({.input_size = 3, .positions = "absolute"}),
            "[softmax_attention] positions must be none or rotary; got \"absolute\".");
  EXPECT_EQ(refusal({.input_size = 3, .positions = "rotary"}),
            "[softmax_attention] key_size must be even with rotary positions; got 3.");
  EXPECT_EQ(refusal({.input_size = 2, .rotary_base = 1.0}),
            "[softmax_attention] rotary_base must be above 1; got 1.");
}

TEST(SoftmaxAttention, RefusesStatesThatAreNoCache) {
  const SoftmaxAttention layer({.input_size = 2});
  const auto refusal = [&](const LayerState& state) {
    const std::string text = error_text<c10::ValueError>([&] {
      layer.forward(at::zeros({1, 1, 2}), state);
    });
    return text.substr(0, text.find('\n'));
  };
  EXPECT_EQ(
      refusal({at::zeros({1, 3, 1, 2})}),
      "[softmax_attention] state must hold 2 tensors; got 1. Pass initial_state(batch) or the "
      "state of an earlier call.");
  EXPECT_EQ(
      refusal({at::zeros({1, 3, 1, 2}), at::zeros({1, 4, 1, 2})}),
      "[softmax_attention] state tensor 1 must have shape (1, 3, 1, 2) and dtype float32; got "
      "(1, 4, 1, 2) and float32.");
  EXPECT_EQ(
      refusal({at::zeros({1, 2}), at::zeros({1, 2})}),
      "[softmax_attention] state tensor 0 must have shape (1, 0, 1, 2) and dtype float32; got "
      "(1, 2) and float32.");
}

}  // namespace
}  // namespace gril
