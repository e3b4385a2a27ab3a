#include "gril/layers/linear_attention.h"

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

/// Outputs (T, m) for tokens (T, D): every token reads every one up to itself.
at::Tensor definition(const LinearAttention& layer, const at::Tensor& tokens) {
  const auto p = layer.named_parameters();
  const auto& o = layer.options();
  const auto head = [&](const char* map, int64_t t, int64_t h) {
    return at::mv(p[map], tokens[t]).chunk(o.heads)[static_cast<std::size_t>(h)];
  };
  std::vector<at::Tensor> outputs;
  for (int64_t t = 0; t < tokens.size(0); ++t) {
    std::vector<at::Tensor> readings;
    for (int64_t h = 0; h < o.heads; ++h) {
      at::Tensor sum = at::zeros({o.value_size}, at::kDouble);
      for (int64_t s = 0; s <= t; ++s) {
        const auto score = head("key_map", s, h).dot(head("query_map", t, h)).item<double>();
        const double kept = std::pow(o.fixed_decay, static_cast<double>(t - s));
        sum += kept * score * head("value_map", s, h);
      }
      readings.push_back(sum);
    }
    const at::Tensor joined = at::cat(readings);
    outputs.push_back(o.output_map ? at::mv(p["output_map"], joined) : joined);
  }
  return at::stack(outputs);
}

void expect_equals_definition(const LinearAttentionOptions& options) {
  const at::NoGradGuard no_grad;
  LinearAttention layer(options);
  layer.to(at::kDouble);
  layer.initialize(6);
  const at::Tensor input = testing::random_normal({2, 9, options.input_size}, 2);
  const at::Tensor output = layer.forward(input, {}).output;
  for (int64_t b = 0; b < 2; ++b) {
    EXPECT_TRUE(testing::agrees("output", output[b], definition(layer, input[b]), 1e-12));
  }
}

TEST(LinearAttention, EqualsItsDefinition) {
  expect_equals_definition({.input_size = 3});
  expect_equals_definition({.input_size = 4, .heads = 2, .fixed_decay = 0.8});
  for (const int64_t output_size : {1, 3, 11}) {
    LinearAttentionOptions options{.input_size = 4, .output_size = output_size, .heads = 3};
    options.value_size = 2;
    options.key_size = 5;
    options.output_map = true;
    expect_equals_definition(options);
  }
}

TEST(LinearAttention, InitialScaleScalesEveryMapAtTheStart) {
  LinearAttention usual({.input_size = 3, .output_map = true});
  LinearAttention small({.input_size = 3, .output_map = true, .initial_scale = 0.25});
  for (LinearAttention* layer : {&usual, &small}) layer->initialize(4);
  const auto expected = usual.named_parameters();
  EXPECT_EQ(expected.size(), 4U);
  for (const auto& item : small.named_parameters()) {
    EXPECT_TRUE(at::equal(item.value(), expected[item.key()] * 0.25)) << item.key();
  }
}

TEST(LinearAttention, RefusesSizesThatDoNotFit) {
  const auto refusal = [](const LinearAttentionOptions& options) {
    return error_text<InvalidArgument>([&] { LinearAttention layer(options); });
  };
  EXPECT_EQ(refusal({}),
            "[linear_attention] input_size and heads must be at least 1; got 0 and 1.");
  EXPECT_EQ(refusal({.input_size = 4, .output_size = 3}),
            "[linear_attention] output_size must be heads * value_size = 4 without output_map; got "
            "3. Set output_map.");
  EXPECT_EQ(refusal({.input_size = 5, .heads = 2}),
            "[linear_attention] heads must divide input_size unless value_size is given; got 2 "
            "heads and input_size 5.");
}

TEST(LinearAttention, RefusesNumbersOutOfRange) {
  const auto refusal = [](const LinearAttentionOptions& options) {
    return error_text<InvalidArgument>([&] { LinearAttention layer(options); });
  };
  EXPECT_EQ(refusal({.input_size = 1, .fixed_decay = 1.5}),
            "[linear_attention] fixed_decay must lie in (0, 1]; got 1.5.");
  EXPECT_EQ(refusal({.input_size = 1, .initial_scale = 0.0}),
            "[linear_attention] initial_scale must be above 0; got 0.");
}

}  // namespace
}  // namespace gril
