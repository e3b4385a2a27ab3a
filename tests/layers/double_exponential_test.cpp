#include "gril/layers/double_exponential.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/gradient_check.h"
#include "tests/support/sequence_layer_suite.h"

namespace gril {
namespace {

TEST(DoubleExponential, EqualsItsEquation) {
  for (const double log_rate : {-30.0, -2.0, 0.0, 1.5, 30.0}) {
    const at::Tensor decay = double_exponential(at::full({1}, log_rate, at::kDouble));
    EXPECT_DOUBLE_EQ(decay.item<double>(), std::exp(-std::exp(log_rate)));
  }
}

TEST(DoubleExponential, FirstAndSecondGradientsEqualCentralDifferences) {
  const testing::TensorFunction function = [](const testing::Tensors& inputs) {
    return testing::Tensors{double_exponential(inputs[0])};
  };
  const testing::Tensors inputs = {testing::random_normal({7}, 1)};
  testing::expect_gradients_equal_central_differences(function, {"log_rate"}, inputs);
  testing::expect_second_gradients_equal_central_differences(function, {"log_rate"}, inputs);
}

TEST(DoubleExponential, RingHasUniformSquaredRadii) {
  constexpr int64_t kCount = 20000;
  at::Tensor log_rate = at::empty({kCount}, at::kDouble);
  draw_uniform_on_ring(log_rate, 0.25, 0.81, 3, "ring");
  const at::Tensor squares = std::get<0>(double_exponential(log_rate).square().sort());
  const at::Tensor uniform = at::linspace(0.25, 0.81, kCount, at::kDouble);
  // The largest distance between the two distribution functions; 0.0138 has probability 1e-3.
  EXPECT_LE((squares - uniform).abs().max().item<double>(), 0.0138 * (0.81 - 0.25));
}

}  // namespace
}  // namespace gril
