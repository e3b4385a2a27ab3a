#include "gril/base/prompt_tokens.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "gril/base/error.h"

namespace gril {
namespace {

/// d = 2, N = 2: x_1 = (1, 2), x_2 = (3, 4), x_q = (5, 6).
class PromptTokens : public testing::Test {
 protected:
  std::vector<double> tokens(TokenLayout layout, int64_t outputs) {
    const std::vector<double> targets = outputs == 1 ? std::vector<double>{7, 8} : two_targets_;
    const Prompt prompt{.inputs = 2,
                        .outputs = outputs,
                        .examples = 2,
                        .context_inputs = inputs_,
                        .context_targets = targets,
                        .query = query_};
    const auto size = token_count(layout, 2) * token_shape(layout, 2, outputs).width;
    std::vector<double> result(static_cast<std::size_t>(size), -1.0);
    write_tokens(layout, prompt, result);
    return result;
  }

  std::vector<double> inputs_ = {1, 2, 3, 4};
  std::vector<double> two_targets_ = {7, 8, 9, 10};
  std::vector<double> query_ = {5, 6};
};

using Numbers = std::vector<double>;

TEST_F(PromptTokens, ConstructedHoldsProductAndNextInput) {
  EXPECT_EQ(tokens(TokenLayout::kConstructed, 1), (Numbers{7, 14, 3, 4, 24, 32, 5, 6}));
}

TEST_F(PromptTokens, InterleavedPutsTheTargetLast) {
  EXPECT_EQ(tokens(TokenLayout::kInterleaved, 1), (Numbers{1, 2, 0, 7, 3, 4, 0, 8, 5, 6}));
  EXPECT_EQ(tokens(TokenLayout::kInterleaved, 2), (Numbers{1, 2, 7, 8, 3, 4, 9, 10, 5, 6}));
}

TEST_F(PromptTokens, PairsEndWithTheQueryAndNoTarget) {
  EXPECT_EQ(tokens(TokenLayout::kPairs, 2), (Numbers{1, 2, 7, 8, 3, 4, 9, 10, 5, 6, 0, 0}));
}

TEST_F(PromptTokens, WindowedHoldsExampleAndNextInput) {
  EXPECT_EQ(tokens(TokenLayout::kWindowed, 1), (Numbers{1, 2, 7, 3, 4, 3, 4, 8, 5, 6}));
}

TEST_F(PromptTokens, BlocksAlternateInputAndTarget) {
  EXPECT_EQ(tokens(TokenLayout::kBlocks, 1),
            (Numbers{1, 2, 0, 0, 0, 7, 3, 4, 0, 0, 0, 8, 5, 6, 0}));
}

TEST_F(PromptTokens, MarkersStandBehindTheTokensOfTheirExample) {
  const Numbers markers = {1, 0, 0, 1};
  const auto marked = [&](TokenLayout layout, std::size_t size) {
    Numbers result(size, -1.0);
    write_tokens(layout,
                 {.inputs = 2,
                  .outputs = 2,
                  .examples = 2,
                  .context_inputs = inputs_,
                  .context_targets = two_targets_,
                  .query = query_,
                  .markers = 2,
                  .context_markers = markers},
                 result);
    return result;
  };
  EXPECT_EQ(marked(TokenLayout::kPairs, 18),
            (Numbers{1, 2, 7, 8, 1, 0, 3, 4, 9, 10, 0, 1, 5, 6, 0, 0, 0, 0}));
  EXPECT_EQ(marked(TokenLayout::kInterleaved, 20),
            (Numbers{1, 2, 1, 0, 7, 8, 1, 0, 3, 4, 0, 1, 9, 10, 0, 1, 5, 6, 0, 0}));
}

TEST_F(PromptTokens, WrongSizesAreRefused) {
  const Prompt prompt{.inputs = 2,
                      .outputs = 1,
                      .examples = 2,
                      .context_inputs = inputs_,
                      .context_targets = inputs_,
                      .query = query_};
  Numbers result(8);
  try {
    write_tokens(TokenLayout::kConstructed, prompt, result);
    FAIL() << "accepted four targets for two examples";
  } catch (const InvalidArgument& error) {
    EXPECT_EQ(std::string(error.what()),
              "[token_layout] context_targets must hold 2 numbers; got 4.");
  }
}

}  // namespace
}  // namespace gril
