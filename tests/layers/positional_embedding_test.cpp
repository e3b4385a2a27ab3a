#include "gril/layers/positional_embedding.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <string>

#include "gril/base/error.h"
#include "gril/layers/linear_attention.h"
#include "gril/layers/softmax_attention.h"
#include "tests/support/error_text.h"
#include "tests/support/sequence_layer_suite.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

constexpr PositionalEmbeddingOptions kOptions{.input_size = 2, .maximal_length = 3};

std::string refusal(const at::Tensor& input, const LayerState& state) {
  const PositionalEmbedding layer(kOptions);
  const std::string text = error_text<c10::ValueError>([&] { layer.forward(input, state); });
  return text.substr(0, text.find('\n'));
}

TEST(PositionalEmbedding, AddsTheVectorOfThePosition) {
  PositionalEmbedding layer(kOptions);
  const at::NoGradGuard no_grad;
  layer.named_parameters()["positions"].copy_(
      at::tensor({1.0F, 2.0F, 3.0F, 4.0F, 5.0F, 6.0F}).view({3, 2}));
  const SequenceOutput first = layer.forward(at::full({1, 2, 2}, 10.0F), {});
  EXPECT_TRUE(at::equal(first.output.flatten(), at::tensor({11.0F, 12.0F, 13.0F, 14.0F})));
  const SequenceOutput last = layer.forward(at::zeros({1, 1, 2}), first.state);
  EXPECT_TRUE(at::equal(last.output.flatten(), at::tensor({5.0F, 6.0F})));
  EXPECT_EQ(last.state.front().item<int64_t>(), 3);
}

/// The last output of `attention` behind `embedding` (none: null) with the first two tokens
/// exchanged, beside that without the exchange.
double effect_of_order(SequenceLayer& attention, const PositionalEmbedding* embedding) {
  const at::NoGradGuard no_grad;
  attention.to(at::kDouble);
  attention.initialize(3);
  const at::Tensor tokens = testing::random_normal({2, 5, 4}, 1);
  const auto last_output = [&](const at::Tensor& order) {
    const at::Tensor input = tokens.index_select(1, order);
    const at::Tensor placed = embedding ? embedding->forward(input, {}).output : input;
    return attention.forward(placed, {}).output.select(1, 4);
  };
  return testing::relative_rms(last_output(at::tensor({1, 0, 2, 3, 4})),
                               last_output(at::arange(5)));
}

TEST(PositionalEmbedding, TellsAttentionTheOrderWhichItDoesNotSeeItself) {
  PositionalEmbedding embedding({.input_size = 4, .maximal_length = 5});
  embedding.to(at::kDouble);
  embedding.initialize(2);
  LinearAttention linear({.input_size = 4});
  SoftmaxAttention softmax({.input_size = 4});
  for (SequenceLayer* attention :
       {static_cast<SequenceLayer*>(&linear), static_cast<SequenceLayer*>(&softmax)}) {
    EXPECT_LE(effect_of_order(*attention, nullptr), 1e-14);
    EXPECT_GE(effect_of_order(*attention, &embedding), 1e-4);
  }
}

TEST(PositionalEmbedding, RefusesSequencesBeyondItsLength) {
  const std::string where = "[positional_embedding] ";
  EXPECT_EQ(refusal(at::zeros({1, 4, 2}), {}),
            where + "a sequence must have at most maximal_length = 3 tokens; got 4.");
  EXPECT_EQ(refusal(at::zeros({1, 2, 2}), {at::full({1}, 2, at::kLong)}),
            where + "a sequence must have at most maximal_length = 3 tokens; got 4.");
}

TEST(PositionalEmbedding, RefusesAStateThatIsNoPosition) {
  const std::string rule =
      "[positional_embedding] the tokens so far must be one number from 0 to 3 for the whole "
      "batch; got ";
  EXPECT_EQ(refusal(at::zeros({2, 1, 2}), {at::tensor({0, 1}, at::kLong)}), rule + "0 to 1.");
  EXPECT_EQ(refusal(at::zeros({1, 1, 2}), {at::tensor({-1}, at::kLong)}), rule + "-1 to -1.");
  EXPECT_EQ(refusal(at::zeros({1, 1, 2}), {at::tensor({4}, at::kLong)}), rule + "4 to 4.");
}

TEST(PositionalEmbedding, RefusesEmptySizes) {
  EXPECT_EQ(error_text<InvalidArgument>([] { PositionalEmbedding layer({.maximal_length = 1}); }),
            "[positional_embedding] input_size must be at least 1; got 0.");
  EXPECT_EQ(error_text<InvalidArgument>([] { PositionalEmbedding layer({.input_size = 1}); }),
            "[positional_embedding] maximal_length must be at least 1; got 0.");
}

}  // namespace
}  // namespace gril
