#include "gril/layers/token_window.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <string>

#include "tests/support/error_text.h"
#include "tests/support/gradient_check.h"
#include "tests/support/sequence_layer_suite.h"
#include "tests/support/tensor_compare.h"
#include "tests/support/tolerance.h"

namespace gril {
namespace {

/// By the formula of the header, one number at a time.
at::Tensor literal_mix(const at::Tensor& weights, const at::Tensor& padded,
                       const UpdateSchedule& schedule) {
  const int64_t ranks = weights.size(0);
  const int64_t window = weights.size(1);
  at::Tensor result =
      at::zeros({padded.size(0), schedule.count, ranks, padded.size(2)}, padded.options());
  for (int64_t t = 0; t < schedule.count; ++t) {
    const int64_t newest = schedule.first + t * schedule.stride + window - 1;
    for (int64_t i = 0; i < ranks; ++i) {
      for (int64_t j = 0; j < window; ++j) {
        result.select(1, t).select(1, ranks - 1 - i) +=
            weights[i][j] * padded.select(1, newest - j);
      }
    }
  }
  return result;
}

TEST(MixWindows, EqualsItsFormulaInEveryDtype) {
  for (const auto dtype : {at::kFloat, at::kDouble}) {
    for (const int64_t phase : {0, 1}) {
      const UpdateSchedule schedule(9, 2, phase);
      const at::Tensor weights = testing::random_normal({2, 3}, 1).to(dtype);
      const at::Tensor padded = testing::random_normal({2, 11, 5}, 2).to(dtype);
      EXPECT_TRUE(testing::agrees("mixed", mix_windows(weights, padded, schedule),
                                  literal_mix(weights, padded, schedule),
                                  testing::tolerance_of(dtype)));
    }
  }
}

TEST(MixWindows, TakesStreamsWithGaps) {
  const UpdateSchedule schedule(4, 1, 0);
  const at::Tensor weights = testing::random_normal({3, 2}, 1).t();
  const at::Tensor padded = testing::random_normal({2, 6, 8}, 2).slice(2, 0, 8, 2);
  EXPECT_TRUE(testing::agrees("mixed", mix_windows(weights, padded, schedule),
                              literal_mix(weights, padded, schedule), 1e-12));
}

/// The gradient of a sum of products is the autograd one of the literal formula.
TEST(MixWindows, GradientEqualsThatOfItsFormula) {
  const UpdateSchedule schedule(5, 2, 1);
  const at::Tensor weights = testing::random_normal({2, 3}, 1).requires_grad_();
  const at::Tensor padded = testing::random_normal({2, 7, 9}, 2).requires_grad_();
  const at::Tensor mixed = literal_mix(weights, padded, schedule);
  const at::Tensor gradient = testing::random_normal(mixed.sizes().vec(), 3);
  const auto expected = torch::autograd::grad({mixed}, {weights, padded}, {gradient});
  const MixGradients actual =
      mix_windows_backward(weights.detach(), padded.detach(), schedule, gradient, true);
  EXPECT_TRUE(testing::agrees("weights", actual.weights, expected[0], 1e-12));
  EXPECT_TRUE(testing::agrees("padded", actual.padded, expected[1], 1e-12));
  EXPECT_FALSE(mix_windows_backward(weights.detach(), padded.detach(), schedule, gradient, false)
                   .padded.defined());
}

TEST(CopyWindows, CopiesWindowsAndSumsTheirGradients) {
  for (const int64_t phase : {0, 1}) {
    const UpdateSchedule schedule(6, 2, phase);
    const at::Tensor padded = testing::random_normal({2, 8, 5}, 2).requires_grad_();
    const at::Tensor windows = windows_at_updates(padded, 3, schedule);
    EXPECT_TRUE(at::equal(copy_windows(padded.detach(), 3, schedule), windows));
    const at::Tensor gradient = testing::random_normal(windows.sizes().vec(), 3);
    EXPECT_TRUE(testing::agrees("padded", copy_windows_backward(gradient, schedule),
                                torch::autograd::grad({windows}, {padded}, {gradient})[0], 1e-12));
  }
}

TEST(UpdateSchedule, CountsUpdatesFromThePhase) {
  const UpdateSchedule first(7, 3, 0);
  EXPECT_EQ(first.first, 0);
  EXPECT_EQ(first.count, 3);
  EXPECT_EQ(first.next_phase(), 1);
  const UpdateSchedule between(1, 3, 1);
  EXPECT_EQ(between.first, 2);
  EXPECT_EQ(between.count, 0);
  EXPECT_EQ(between.next_phase(), 2);
}

TEST(HoldBetweenUpdates, RepeatsOutputsAndSumsTheirGradients) {
  const at::Tensor updated = testing::random_normal({2, 3, 2}, 1).requires_grad_();
  const at::Tensor held = testing::random_normal({2, 2}, 2).requires_grad_();
  const UpdateSchedule schedule(8, 3, 2);
  const at::Tensor output = hold_between_updates(updated, held, schedule);
  const int64_t source[] = {-1, 0, 0, 0, 1, 1, 1, 2};
  for (int64_t t = 0; t < 8; ++t) {
    const at::Tensor expected = source[t] < 0 ? held : updated.select(1, source[t]);
    EXPECT_TRUE(at::equal(output.select(1, t), expected)) << t;
  }
  testing::expect_gradients_equal_central_differences(
      [&](const testing::Tensors& inputs) {
        return testing::Tensors{hold_between_updates(inputs[0], inputs[1], schedule)};
      },
      {"updated", "held"}, {updated.detach(), held.detach()});
}

TEST(HoldBetweenUpdates, RefusesSecondOrderGradients) {
  const at::Tensor updated = testing::random_normal({1, 1, 1}, 1).requires_grad_();
  const at::Tensor held = hold_between_updates(updated, {}, UpdateSchedule(2, 2, 0));
  const std::string text = error_text<c10::NotImplementedError>([&] {
    torch::autograd::grad({held.square().sum()}, {updated}, {}, /*retain_graph=*/true,
                          /*create_graph=*/true);
  });
  EXPECT_EQ(text.substr(0, text.find('\n')),
            "[gril] gradients are of first order only; got a request for the second.");
}

}  // namespace
}  // namespace gril
