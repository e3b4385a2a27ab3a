#include "gril/layers/running_mean.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <string>

#include "gril/base/error.h"
#include "tests/support/error_text.h"
#include "tests/support/sequence_layer_suite.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

TEST(RunningMean, EveryOutputIsTheMeanOfTheTokensSoFar) {
  const RunningMean layer({.input_size = 3});
  const at::Tensor input = testing::random_normal({2, 9, 3}, 1);
  const at::Tensor output = layer.forward(input, {}).output;
  for (int64_t t = 0; t < 9; ++t) {
    EXPECT_TRUE(testing::agrees("output", output.select(1, t),
                                input.narrow(1, 0, t + 1).mean(at::IntArrayRef{1}), 1e-14));
  }
}

TEST(RunningMean, TheOutputAtTheLastTokenDoesNotSeeThePadding) {
  const RunningMean layer({.input_size = 2});
  const at::Tensor input = testing::random_normal({1, 7, 2}, 1);
  const at::Tensor padded = at::cat({input, at::zeros({1, 5, 2}, at::kDouble)}, 1);
  EXPECT_TRUE(testing::has_same_bits("output", layer.forward(padded, {}).output[0][6],
                                     layer.forward(input, {}).output[0][6]));
}

TEST(RunningMean, SequencesOfABatchMayHaveSeenDifferentNumbersOfTokens) {
  const RunningMean layer({.input_size = 1});
  const LayerState state = {at::tensor({10.0, 0.0}).unsqueeze(1), at::tensor({4, 0}, at::kLong)};
  const SequenceOutput result = layer.forward(at::ones({2, 1, 1}, at::kDouble), state);
  EXPECT_DOUBLE_EQ(result.output[0][0][0].item<double>(), 11.0 / 5.0);
  EXPECT_DOUBLE_EQ(result.output[1][0][0].item<double>(), 1.0);
  EXPECT_EQ(result.state[1][0].item<int64_t>(), 5);
}

TEST(RunningMean, Float32StaysExactToAFewUnitsAfterManyTokens) {
  constexpr int64_t kLength = 16384;
  const RunningMean layer({.input_size = 2});
  // Far from zero: sums in float32, one token after the other, are off by 1e-4.
  const at::Tensor input = (testing::random_normal({1, kLength, 2}, 1) + 10.0).to(at::kFloat);
  const at::Tensor expected = input.to(at::kDouble).mean(at::IntArrayRef{1});
  const SequenceOutput whole = layer.forward(input, {});
  EXPECT_TRUE(testing::agrees("whole", whole.output.select(1, kLength - 1), expected, 2e-7));
  LayerState state;
  at::Tensor last;
  for (int64_t t = 0; t < kLength; t += 64) {
    SequenceOutput part = layer.forward(input.narrow(1, t, 64), state);
    last = part.output.select(1, 63);
    state = std::move(part.state);
  }
  EXPECT_TRUE(testing::agrees("pieces", last, expected, 2e-7));
}

TEST(RunningMean, SingleTokensKeepWhatIsLeftWhereTheSumCancels) {
  const RunningMean layer({.input_size = 1});
  const at::Tensor input = at::tensor({1e8F, 1.0F, -1e8F}).view({1, 3, 1});
  const at::Tensor whole = layer.forward(input, {}).output;
  EXPECT_FLOAT_EQ(whole[0][2].item<float>(), 1.0F / 3.0F);
  LayerState state;
  for (int64_t t = 0; t < 3; ++t) {
    SequenceOutput token = layer.step(input.select(1, t), state);
    EXPECT_TRUE(testing::has_same_bits("step", token.output, whole.select(1, t))) << t;
    state = std::move(token.state);
  }
}

TEST(RunningMean, RefusesWhatItCannotDo) {
  EXPECT_EQ(error_text<InvalidArgument>([] { RunningMean layer({}); }),
            "[running_mean] input_size must be at least 1; got 0.");
  const RunningMean layer({.input_size = 1});
  const auto text = [&](const at::Tensor& input, const LayerState& state) {
    const std::string whole = error_text<c10::ValueError>([&] { layer.forward(input, state); });
    return whole.substr(0, whole.find('\n'));
  };
  EXPECT_EQ(text(at::zeros({1, 2, 1}, at::kLong), {}),
            "[running_mean] input must be float32 or float64; got int64.");
  EXPECT_EQ(
      text(at::zeros({1, 2, 1}), {at::zeros({1, 1}, at::kDouble), at::tensor({-1}, at::kLong)}),
      "[running_mean] the tokens so far must be at least 0; got -1.");
  EXPECT_EQ(text(at::zeros({2, 2, 1}), layer.initial_state(1)),
            "[running_mean] state tensor 0 must have shape (2, 1) and dtype float64; got (1, 1) "
            "and float64.");
}

}  // namespace
}  // namespace gril
