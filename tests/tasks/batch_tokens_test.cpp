#include "gril/tasks/in_context/batch_tokens.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <string>
#include <tuple>

#include "gril/base/error.h"
#include "gril/base/prompt_tokens.h"
#include "tests/support/error_text.h"

namespace gril {
namespace {

std::span<const double> numbers(const torch::Tensor& tensor) {
  return {tensor.data_ptr<double>(), static_cast<std::size_t>(tensor.numel())};
}

/// A batch whose elements are all different, so that a misplaced one shows.
Prompts counting_batch(int64_t batch, int64_t examples, int64_t inputs, int64_t outputs) {
  const auto options = at::TensorOptions(at::kDouble);
  Prompts result;
  result.context_inputs =
      at::arange(1, batch * examples * inputs + 1, options).view({batch, examples, inputs});
  result.context_targets =
      at::arange(1, batch * examples * outputs + 1, options).view({batch, examples, outputs}) +
      1000;
  result.query_inputs = at::arange(1, batch * inputs + 1, options).view({batch, inputs}) + 2000;
  result.context_markers = at::arange(1, examples * 2 + 1, options).view({examples, 2}) + 3000;
  return result;
}

torch::Tensor tokens_of_plain_arrays(TokenLayout layout, const Prompts& batch) {
  const int64_t inputs = batch.query_inputs.size(1);
  const int64_t outputs = batch.context_targets.size(2);
  const int64_t examples = batch.context_inputs.size(1);
  const int64_t size = batch.query_inputs.size(0);
  const torch::Tensor tokens =
      at::full({size, token_count(layout, examples),
                token_shape(layout, inputs, outputs).width + batch.context_markers.size(1)},
               -1.0, at::kDouble);
  for (int64_t b = 0; b < size; ++b) {
    const Prompt prompt{.inputs = inputs,
                        .outputs = outputs,
                        .examples = examples,
                        .context_inputs = numbers(batch.context_inputs[b]),
                        .context_targets = numbers(batch.context_targets[b]),
                        .query = numbers(batch.query_inputs[b]),
                        .markers = batch.context_markers.size(1),
                        .context_markers = numbers(batch.context_markers)};
    const torch::Tensor row = tokens[b];
    write_tokens(layout, prompt, {row.data_ptr<double>(), static_cast<std::size_t>(row.numel())});
  }
  return tokens;
}

class BatchTokensOfLayout
    : public testing::TestWithParam<std::tuple<std::string, int64_t, int64_t>> {};

TEST_P(BatchTokensOfLayout, EqualThePlainArraysOfBase) {
  const auto& [name, examples, outputs] = GetParam();
  const TokenLayout layout = token_layout_from_name(name);
  const int64_t width = layout == TokenLayout::kConstructed ? 1 : outputs;
  const Prompts batch = counting_batch(3, examples, 4, width);
  const torch::Tensor tokens = batch_tokens(layout, batch.context_inputs, batch.context_targets,
                                            batch.query_inputs, batch.context_markers);
  EXPECT_TRUE(at::equal(tokens, tokens_of_plain_arrays(layout, batch)));
}

INSTANTIATE_TEST_SUITE_P(All, BatchTokensOfLayout,
                         testing::Combine(testing::ValuesIn(token_layout_names()),
                                          testing::Values(1, 2, 5), testing::Values(1, 3, 4)));

TEST(BatchTokens, FirstExamplesKeepTheQueryAndItsTarget) {
  Prompts batch = counting_batch(2, 5, 3, 2);
  batch.targets = at::ones({2, 2}, at::kDouble);
  const Prompts shorter = first_examples(batch, TokenLayout::kPairs, 2);
  EXPECT_EQ(shorter.tokens.sizes(), (std::vector<int64_t>{2, 3, 7}));
  EXPECT_TRUE(at::equal(shorter.context_markers, batch.context_markers.narrow(0, 0, 2)));
  EXPECT_TRUE(at::equal(shorter.context_inputs, batch.context_inputs.narrow(1, 0, 2)));
  EXPECT_TRUE(at::equal(shorter.tokens.select(1, 2).narrow(1, 0, 3), batch.query_inputs));
  EXPECT_TRUE(at::equal(shorter.targets, batch.targets));
}

TEST(BatchTokens, RefusesShapesThatDoNotFit) {
  const Prompts batch = counting_batch(2, 5, 3, 2);
  const auto tokens = [](const torch::Tensor& x, const torch::Tensor& y, const torch::Tensor& q) {
    return error_text<InvalidArgument>([&] { batch_tokens(TokenLayout::kPairs, x, y, q); });
  };
  EXPECT_EQ(tokens(batch.context_inputs, batch.context_targets, batch.query_inputs.narrow(1, 0, 2)),
            "[batch_tokens] context_inputs (B, N, d), context_targets (B, N, m) and query_inputs "
            "(B, d) must share B, N and d; got [2, 5, 3], [2, 5, 2] and [2, 2].");
  EXPECT_EQ(tokens(batch.query_inputs, batch.context_targets, batch.query_inputs),
            "[batch_tokens] context_inputs (B, N, d), context_targets (B, N, m) and query_inputs "
            "(B, d) are needed; got [2, 3], [2, 5, 2] and [2, 3].");
  EXPECT_EQ(tokens(batch.context_inputs, batch.context_targets.to(at::kFloat), batch.query_inputs),
            "[batch_tokens] inputs, targets and query must have one dtype; got Double, Float and "
            "Double.");
  EXPECT_EQ(error_text<InvalidArgument>([&] {
              batch_tokens(TokenLayout::kPairs, batch.context_inputs, batch.context_targets,
                           batch.query_inputs, batch.context_markers.narrow(0, 0, 4));
            }),
            "[batch_tokens] context_markers must be (N, K) = (5, K) of the dtype of the inputs; "
            "got [4, 2].");
}

TEST(BatchTokens, RefusesMoreExamplesThanThereAre) {
  const Prompts batch = counting_batch(2, 5, 3, 2);
  const auto with = [&](int64_t examples) {
    return error_text<InvalidArgument>(
        [&] { first_examples(batch, TokenLayout::kPairs, examples); });
  };
  EXPECT_EQ(with(6), "[batch_tokens] the number of examples must be between 1 and 5; got 6.");
  EXPECT_EQ(with(0), "[batch_tokens] the number of examples must be between 1 and 5; got 0.");
}

}  // namespace
}  // namespace gril
