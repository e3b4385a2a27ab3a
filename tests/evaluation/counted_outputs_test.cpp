#include "gril/evaluation/counted_outputs.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <limits>
#include <tuple>

#include "gril/evaluation/evaluate.h"
#include "gril/evaluation/loss.h"
#include "tests/support/error_text.h"

namespace gril {
namespace {

/// Three sequences of 4, 1 and 2 tokens with two outputs. The padding is not a number.
struct PaddedExample {
  Batch batch;
  torch::Tensor output;
};

PaddedExample padded_example(const Scoring& scoring) {
  PaddedExample example;
  example.batch.lengths = at::tensor({4, 1, 2}, at::kLong);
  const torch::Tensor padding = at::arange(4).unsqueeze(0) >= example.batch.lengths.unsqueeze(1);
  const bool last = scoring.positions == Positions::kLast;
  example.batch.tokens = at::zeros({3, 4, 1});
  example.output = at::arange(24, at::kDouble).sin().view({3, 4, 2});
  example.output.masked_fill_(padding.unsqueeze(2), std::numeric_limits<double>::quiet_NaN());
  if (scoring.loss == LossKind::kCrossEntropy) {
    const torch::Tensor classes = at::tensor({0, 1, 1, 0, 1, 9, 9, 9, 0, 0, 9, 9}, at::kLong);
    example.batch.targets = last ? at::tensor({0, 1, 0}, at::kLong) : classes.view({3, 4});
  } else {
    const torch::Tensor numbers = at::arange(24, at::kDouble).cos().view({3, 4, 2});
    example.batch.targets = last ? numbers.select(1, 0) : numbers;
  }
  example.batch.marked =
      at::tensor({1, 0, 1, 1, 1, 1, 0, 1, 0, 1, 1, 1}, at::kInt).ne(0).view({3, 4});
  return example;
}

/// Sequence b by itself, cut off behind its end.
PaddedExample alone(const PaddedExample& all, const Scoring& scoring, int64_t b) {
  const int64_t length = all.batch.lengths[b].item<int64_t>();
  PaddedExample one{.batch = batch_rows(all.batch, b, 1),
                    .output = all.output.narrow(0, b, 1).narrow(1, 0, length)};
  one.batch.lengths = torch::Tensor();
  one.batch.tokens = one.batch.tokens.narrow(1, 0, length);
  one.batch.marked = one.batch.marked.narrow(1, 0, length);
  if (scoring.positions != Positions::kLast) {
    one.batch.targets = one.batch.targets.narrow(1, 0, length);
  }
  return one;
}

class PaddedScoring : public testing::TestWithParam<std::tuple<LossKind, Positions>> {
 protected:
  Scoring scoring() const {
    return {.loss = std::get<0>(GetParam()), .positions = std::get<1>(GetParam())};
  }
};

TEST_P(PaddedScoring, IsTheMeanOverTheSequencesByThemselves) {
  const PaddedExample all = padded_example(scoring());
  double sum = 0;
  int64_t count = 0;
  for (int64_t b = 0; b < 3; ++b) {
    const PaddedExample one = alone(all, scoring(), b);
    const int64_t counted = counted_positions(scoring(), one.batch);
    sum +=
        scored_loss(scoring(), one.output, one.batch).item<double>() * static_cast<double>(counted);
    count += counted;
  }
  const double mean = sum / static_cast<double>(count);
  EXPECT_EQ(counted_positions(scoring(), all.batch), count);
  EXPECT_NEAR(scored_loss(scoring(), all.output, all.batch).item<double>(), mean, 1e-14);
  EXPECT_NEAR(measure(scoring(), all.output.nan_to_num(), all.batch).loss.value, mean, 1e-14);
}

INSTANTIATE_TEST_SUITE_P(
    All, PaddedScoring,
    testing::Combine(testing::Values(LossKind::kMeanSquaredError, LossKind::kCrossEntropy),
                     testing::Values(Positions::kLast, Positions::kEvery, Positions::kMarked)));

TEST(LastOutputs, AreTheOnlyOnesOfAModelWithOneOutputPerSequence) {
  const Batch batch{
      .tokens = at::zeros({2, 4, 1}), .targets = {}, .lengths = at::tensor({3, 2}, at::kLong)};
  const torch::Tensor output = at::arange(6, at::kDouble).view({2, 1, 3});
  EXPECT_TRUE(at::equal(last_outputs(output, batch), output.squeeze(1)));
}

TEST(LastOutputs, RefuseOutputsForOtherTokens) {
  const Batch batch{
      .tokens = at::zeros({2, 4, 1}), .targets = {}, .lengths = at::tensor({3, 2}, at::kLong)};
  const auto text = error_text<c10::ValueError>([&] { last_outputs(at::zeros({2, 3, 1}), batch); });
  EXPECT_EQ(text.substr(0, text.find('\n')),
            "[loss] a model must give one output per token or per sequence; got 3 outputs for 4 "
            "tokens.");
}

}  // namespace
}  // namespace gril
