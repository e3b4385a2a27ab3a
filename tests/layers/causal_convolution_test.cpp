#include "gril/layers/causal_convolution.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <vector>

#include "tests/support/gradient_check.h"
#include "tests/support/sequence_layer_suite.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

constexpr int64_t kBatch = 2;
constexpr int64_t kFeatures = 3;

/// Number by number from the stream with its history before it.
at::Tensor definition(const at::Tensor& stream, const at::Tensor& history,
                      const at::Tensor& weights) {
  const int64_t window = weights.size(0);
  const at::Tensor tokens = at::cat({history, stream}, 1);
  at::Tensor result = at::zeros_like(stream);
  for (int64_t b = 0; b < stream.size(0); ++b) {
    for (int64_t t = 0; t < stream.size(1); ++t) {
      for (int64_t f = 0; f < stream.size(2); ++f) {
        for (int64_t j = 0; j < window; ++j) {
          result[b][t][f] += weights[j][f] * tokens[b][window - 1 + t - j][f];
        }
      }
    }
  }
  return result;
}

/// Stream (no part of a larger tensor), history and weights.
testing::Tensors random_tensors(int64_t length, int64_t window) {
  return {testing::random_normal({kBatch, length, kFeatures}, 1),
          testing::random_normal({kBatch, window - 1, kFeatures}, 2),
          testing::random_normal({window, kFeatures}, 3)};
}

TEST(CausalConvolution, EqualsItsDefinitionAtLengthsBelowAndAboveTheWindow) {
  for (const int64_t window : {1, 2, 4}) {
    for (const int64_t length : {1, 2, 3, 4, 9}) {
      const testing::Tensors t = random_tensors(length, window);
      EXPECT_TRUE(testing::agrees("result", causal_convolution(t[0], t[1], t[2]),
                                  definition(t[0], t[1], t[2]), 1e-14));
      EXPECT_TRUE(testing::agrees("from zeros", causal_convolution(t[0], {}, t[2]),
                                  definition(t[0], at::zeros_like(t[1]), t[2]), 1e-14));
    }
  }
}

TEST(CausalConvolution, TakesAPartOfAWiderStream) {
  const testing::Tensors t = random_tensors(6, 3);
  const at::Tensor wide = at::cat({t[0], t[0], t[0]}, 2);
  EXPECT_TRUE(testing::has_same_bits(
      "result", causal_convolution(wide.narrow(2, kFeatures, kFeatures), t[1], t[2]),
      causal_convolution(t[0], t[1], t[2])));
}

TEST(CausalConvolution, GradientsEqualCentralDifferencesOfFirstAndSecondOrder) {
  for (const int64_t length : {2, 5}) {
    const testing::TensorFunction function = [](const testing::Tensors& t) {
      return testing::Tensors{causal_convolution(t[0], t[1], t[2])};
    };
    const std::vector<std::string> names = {"stream", "history", "weights"};
    const testing::Tensors inputs = random_tensors(length, 4);
    testing::expect_gradients_equal_central_differences(function, names, inputs);
    testing::expect_second_gradients_equal_central_differences(function, names, inputs);
  }
}

TEST(CausalConvolution, ItsNextHistoryIsTheEndOfEverythingSeen) {
  for (const int64_t length : {1, 2, 3, 7}) {
    const testing::Tensors t = random_tensors(length, 4);
    const auto last = [](const at::Tensor& tokens) {
      return tokens.narrow(1, tokens.size(1) - 3, 3);
    };
    EXPECT_TRUE(testing::has_same_bits("history", next_history(t[0], t[1], 4).contiguous(),
                                       last(at::cat({t[1], t[0]}, 1)).contiguous()));
    EXPECT_TRUE(
        testing::has_same_bits("history from zeros", next_history(t[0], {}, 4).contiguous(),
                               last(at::cat({at::zeros_like(t[1]), t[0]}, 1)).contiguous()));
  }
}

}  // namespace
}  // namespace gril
