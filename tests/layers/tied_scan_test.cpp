#include "gril/layers/tied_scan.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <string>
#include <vector>

#include "tests/support/error_text.h"
#include "tests/support/gradient_check.h"
#include "tests/support/sequence_layer_suite.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

constexpr int64_t kBatch = 2;
constexpr int64_t kHeads = 2;
constexpr int64_t kValueSize = 3;
constexpr int64_t kKeySize = 4;
constexpr int64_t kWindow = 3;
const UpdateSchedule kSchedule(7, 2, 1);

/// In the order of TiedScanArguments.
testing::Tensors random_tensors() {
  const int64_t length = kWindow - 1 + kSchedule.length;
  return {testing::random_normal({kBatch, length, kHeads * kValueSize}, 1),
          testing::random_normal({kBatch, length, kHeads * kKeySize}, 2),
          testing::random_normal({kBatch, length, kHeads * kKeySize}, 3),
          testing::random_normal({kWindow, kWindow}, 4),
          testing::random_normal({kWindow}, 5),
          testing::random_normal({kHeads, kValueSize, kKeySize}, 6).sigmoid(),
          testing::random_normal({kBatch, kHeads, kValueSize, kKeySize}, 7)};
}

WindowedScan scan_of(const testing::Tensors& t, bool strict) {
  return tied_scan({t[0], t[1], t[2], t[3], t[4], t[5], t[6], kHeads, strict}, kSchedule);
}

/// One outer product after the other, as the equation has them.
WindowedScan literal_scan(const testing::Tensors& t, bool strict) {
  at::Tensor state = t[6];
  std::vector<at::Tensor> readings;
  std::vector<at::Tensor> queries;
  for (int64_t update = 0; update < kSchedule.count; ++update) {
    const int64_t newest = kWindow - 1 + kSchedule.first + update * kSchedule.stride;
    const auto token = [&](std::size_t stream, int64_t offset) {
      return t[stream].select(1, newest - offset).view({kBatch, kHeads, -1});
    };
    at::Tensor query = at::zeros({kBatch, kHeads, kKeySize}, at::kDouble);
    at::Tensor next = t[5] * state;
    for (int64_t i = 0; i < kWindow; ++i) {
      query = query + t[4][i] * token(2, i);
      for (int64_t j = 0; j < kWindow; ++j) {
        next = next + t[3][i][j] * token(0, i).unsqueeze(3) * token(1, j).unsqueeze(2);
      }
    }
    readings.push_back(at::matmul(strict ? state : next, query.unsqueeze(3)).squeeze(3));
    queries.push_back(query);
    state = next;
  }
  return {at::stack(readings, 1), state, at::stack(queries, 1)};
}

TEST(TiedScan, EqualsItsEquation) {
  for (const bool strict : {false, true}) {
    const WindowedScan actual = scan_of(random_tensors(), strict);
    const WindowedScan expected = literal_scan(random_tensors(), strict);
    EXPECT_TRUE(testing::agrees("readings", actual.readings, expected.readings, 1e-12));
    EXPECT_TRUE(testing::agrees("state", actual.state, expected.state, 1e-12));
    EXPECT_TRUE(testing::agrees("queries", actual.queries, expected.queries, 1e-12));
  }
}

TEST(TiedScan, GradientEqualsCentralDifferences) {
  for (const bool strict : {false, true}) {
    testing::expect_gradients_equal_central_differences(
        [&](const testing::Tensors& inputs) {
          const WindowedScan scan = scan_of(inputs, strict);
          return testing::Tensors{scan.readings, scan.state, scan.queries};
        },
        {"values", "keys", "queries", "offset_weights", "query_offsets", "decay", "state"},
        random_tensors());
  }
}

TEST(TiedScan, LeavesOutTheGradientOfValuesThatNeedNone) {
  testing::Tensors all = random_tensors();
  testing::Tensors some = random_tensors();
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i].requires_grad_();
    some[i].requires_grad_(i != 0);
  }
  scan_of(all, false).readings.square().sum().backward();
  scan_of(some, false).readings.square().sum().backward();
  EXPECT_FALSE(some[0].grad().defined());
  for (std::size_t i = 1; i < all.size(); ++i) {
    EXPECT_TRUE(at::equal(some[i].grad(), all[i].grad())) << i;
  }
}

TEST(TiedScan, RefusesSecondOrderGradients) {
  testing::Tensors tensors = random_tensors();
  tensors[1].requires_grad_();
  const at::Tensor readings = scan_of(tensors, false).readings;
  const std::string text = error_text<c10::NotImplementedError>([&] {
    torch::autograd::grad({readings.square().sum()}, {tensors[1]}, {}, /*retain_graph=*/true,
                          /*create_graph=*/true);
  });
  EXPECT_EQ(text.substr(0, text.find('\n')),
            "[gril] gradients are of first order only; got a request for the second.");
}

}  // namespace
}  // namespace gril
